A = stems("data/x.gz")
