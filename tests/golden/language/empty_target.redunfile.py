# targets: 
# action: a x
@action
def a():
    sh("true")
