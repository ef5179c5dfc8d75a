#ifndef GREET_H
#define GREET_H

/* Write a greeting for `name` and a newline to standard output. */
void greet(const char *name);

#endif
