A = {"debug": 1}
B = A["debgu"]
