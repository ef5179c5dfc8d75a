A = need("src/a.c") + ".bak"
