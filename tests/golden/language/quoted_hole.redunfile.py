@rule("out")
def r(out):
    sh(f"echo '{out}' # {out}")
    sh(f'echo "{out}"')
    sh(
        f"""
        cat <<END
        {out}
        END
        """
    )
