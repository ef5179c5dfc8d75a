# targets: .git/hooks/pre-commit
@rule("{folder}/hooks/{name}")
def hook(out, folder, name):
    sh(f"touch {out}")
