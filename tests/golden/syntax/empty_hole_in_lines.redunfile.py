sh(f"""
    awk '{ print }' {
    }
""")
