ﬁles = 1
