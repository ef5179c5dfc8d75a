# action: deploy --where a --count many
@action
def deploy(where, count: int = 3, dry_run=False):
    sh(f"deploy {where} {count}")
