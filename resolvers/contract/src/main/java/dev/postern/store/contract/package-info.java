/** What every store must do, as tests that each backend runs. */
@NullMarked
package dev.postern.store.contract;

import org.jspecify.annotations.NullMarked;
