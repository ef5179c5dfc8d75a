"use strict";
// Ends the process with who has started it: the pipe that it reads from is closed then.
process.stdin.on("end", () => process.exit(0)).resume();
