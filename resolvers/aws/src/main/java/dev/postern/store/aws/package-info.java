/** AWS Secrets Manager as a store. */
@NullMarked
package dev.postern.store.aws;

import org.jspecify.annotations.NullMarked;
