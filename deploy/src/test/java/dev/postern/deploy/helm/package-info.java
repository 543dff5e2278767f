/** The Helm chart, held to what Helm, the Kubernetes model and the agent itself say of it. */
@NullMarked
package dev.postern.deploy.helm;

import org.jspecify.annotations.NullMarked;
