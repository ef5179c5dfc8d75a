# files: vendor/redunfile.py own/deep/redunfile.py
# borders: vendor=vendor/.git own/deep=own/redun.toml
include("vendor", "own/deep")
include("own/deep")
