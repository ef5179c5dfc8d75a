#include <stdio.h>

const char *greeting(void);

int main(void) {
    printf("prog: %s\n", greeting());
    return 0;
}
