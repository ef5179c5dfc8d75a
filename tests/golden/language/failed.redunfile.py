fail("set CC first")
