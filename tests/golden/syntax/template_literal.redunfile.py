sh(t"cc {src}")
