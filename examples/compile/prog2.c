#include <stdio.h>

const char *greeting(void);

int main(void) {
    printf("prog2: %s\n", greeting());
    return 0;
}
