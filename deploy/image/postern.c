/*
 * The command `postern` in the image, which has no shell: becomes the JVM with what sidecar/bin/postern gives it.
 *   POSTERN_JAVA_OPTIONS  further options for the JVM, in words
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HOME "/opt/postern"
#define JAVA HOME "/jdk/bin/java"

static int is(const char *command, const char *name) { return strcmp(command, name) == 0; }

/*
 * What serves has a cache of its own. The optimising compiler is left to those that have a machine to themselves: a command
 * that ends at once has no use for it, and a sidecar, which serves the programs of one pod, starts a quarter sooner and stays
 * smaller without the counting that goes before it.
 */
static int choose(const char *command, char **line) {
  line[0] = is(command, "run") ? "-XX:AOTCache=" HOME "/run.aot" : "-XX:AOTCache=" HOME "/postern.aot";
  if (is(command, "dev") || is(command, "exec")) return 1;
  line[1] = "-XX:TieredStopAtLevel=1";
  return 2;
}

int main(int argc, char **argv) {
  const char *given = getenv("POSTERN_JAVA_OPTIONS");
  char *options = strdup(given ? given : "");
  /* A word takes two characters of the options at least. */
  char **line = options ? calloc((size_t)argc + strlen(options) / 2 + 16, sizeof *line) : NULL;
  if (!line || setenv("MALLOC_ARENA_MAX", "1", 1) || setenv("POSTERN_PROGRAM", "postern", 0)) {
    perror("postern: cannot start");
    return 1;
  }
  int n = 0;
  line[n++] = JAVA;
  line[n++] = "@" HOME "/jvm.options";
  line[n++] = "-Djava.library.path=" HOME "/native";
  n += choose(argc > 1 ? argv[1] : "", line + n);
  for (char *word = strtok(options, " \t\n"); word; word = strtok(NULL, " \t\n")) line[n++] = word;
  line[n++] = "-cp";
  line[n++] = HOME "/postern.jar";
  line[n++] = "dev.postern.sidecar.Main";
  for (int i = 1; i < argc; i++) line[n++] = argv[i];
  execv(JAVA, line);
  perror("postern: cannot start " JAVA);
  return 1;
}
