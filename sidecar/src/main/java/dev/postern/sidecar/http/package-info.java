/**
 * HTTP/1.1 on one event loop, as small as the servers need it: limits, time-outs, requests of a
 * connection answered in order, problem JSON, long polls and event streams.
 *
 * <p>Everything here runs on the loop's one thread unless it says otherwise; nothing here blocks.
 * Bytes of a secret pass through as a {@link dev.postern.sidecar.http.PreparedReply} only, which is
 * never copied and is wiped when its last write has gone out.
 */
@NullMarked
package dev.postern.sidecar.http;

import org.jspecify.annotations.NullMarked;
