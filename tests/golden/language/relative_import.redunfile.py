from .lib.redunfile import CFLAGS
