/** Receipts of rotations as documents: Markdown and one self-contained HTML page. */
@NullMarked
package dev.postern.sidecar.cli.report;

import org.jspecify.annotations.NullMarked;
