/**
 * Environment variables as a read-only store, for a first try and for containers whose platform
 * injects secrets that way.
 *
 * <p><b>Names.</b> A path is a variable's name. {@code MAIL_SENDING} collects every variable {@code
 * MAIL_SENDING__FIELD}, with two underscores, as the field {@code field} in lower case: {@code
 * MAIL_SENDING__API_KEY} is {@code api_key}. A variable named exactly like the path is the field
 * {@code value}, for secrets of one nameless value.
 *
 * <p><b>Versions.</b> The environment of a process cannot change from outside, so the version is
 * {@code 1} for as long as it lives; a new value comes with a new process.
 *
 * <p><b>Does not protect against</b> whoever may read {@code /proc/<pid>/environ}, and children
 * that inherit the variables. The JVM keeps its own copy on the heap, which nobody can wipe.
 */
@NullMarked
package dev.postern.store.env;

import org.jspecify.annotations.NullMarked;
