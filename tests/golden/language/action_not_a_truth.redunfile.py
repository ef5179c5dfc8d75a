# action: show --loud=3
@action
def show(*, loud=False):
    sh("echo shown")
