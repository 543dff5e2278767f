/**
 * A fleet of agents on Kubernetes: one rotator per secret, elected by a Lease; its journal in a
 * ConfigMap; and a Lease of each agent that says what it serves. Kubernetes (etcd) is the engine;
 * there is no consensus of our own.
 *
 * <p><b>Use.</b> {@link dev.postern.kubernetes.Fleet#join} over a {@link
 * dev.postern.kubernetes.api.ClusterApi}.
 *
 * <p><b>Guarantees.</b> At most one {@link dev.postern.kubernetes.Term} of a secret may act at a
 * time, however the pods' clocks differ. A former rotator's write never lands: each write names the
 * resource version that it replaces, and each term begins with a write. An agent counts as holding
 * a version only when its own latest word says so; one that is gone is not waited for longer than
 * the duration of its Lease. Events that come late, twice, in another order or not at all until the
 * next whole list change nothing in that. Nothing written here holds a secret byte.
 *
 * <p><b>What it does not protect against.</b> Between {@link dev.postern.kubernetes.Term#mayAct()}
 * and an act outside Kubernetes a process can be stopped for longer than the Lease lasts; that act
 * then happens beside another rotator's. The journal tells the woken one at its next record, and
 * the acts of a rotation can be repeated. Clocks that run apart by a third, and whoever may write
 * the namespace's Leases and ConfigMaps.
 */
@NullMarked
package dev.postern.kubernetes;

import org.jspecify.annotations.NullMarked;
