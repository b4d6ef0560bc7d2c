/** The child process of the benchmark: one full backup of a raw image into a vault in a local folder. */
console.error(process.argv[2]);
process.exitCode = 1;
