include(".")
