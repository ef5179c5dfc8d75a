x = 1 +
return_value =
from a import
assert
