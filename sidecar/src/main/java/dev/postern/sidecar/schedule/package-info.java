/** When scheduled rotations may run: maintenance windows written as cron expressions. */
@NullMarked
package dev.postern.sidecar.schedule;

import org.jspecify.annotations.NullMarked;
