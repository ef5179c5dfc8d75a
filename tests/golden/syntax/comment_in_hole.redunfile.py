x = f"""{a # why
}"""
