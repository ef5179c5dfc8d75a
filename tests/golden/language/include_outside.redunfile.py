# links: away=/srv/other/project
include("../other")
include("/usr/share/x")
include("away")
