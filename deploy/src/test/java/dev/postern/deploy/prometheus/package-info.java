/** The alerts, the recording rules and the dashboard, held to what promtool says of them. */
@NullMarked
package dev.postern.deploy.prometheus;

import org.jspecify.annotations.NullMarked;
