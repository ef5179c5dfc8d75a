A = config("mode", {})
