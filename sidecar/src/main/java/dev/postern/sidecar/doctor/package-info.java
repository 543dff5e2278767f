/**
 * Looks a configuration over: whether each store and each issuer can be reached and trusted, knows
 * the agent, and lets it do what this config needs. What a right is called, and how it is proven
 * without a change, each store and issuer knows itself ({@link dev.postern.store.StoreCheckup},
 * {@link dev.postern.issuer.IssuerCheckup}); names, certificates and clocks are looked at here, in
 * one way for all.
 */
@NullMarked
package dev.postern.sidecar.doctor;

import org.jspecify.annotations.NullMarked;
