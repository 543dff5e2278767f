/**
 * AWS Secrets Manager as a store, through AWS's SDK on the JDK's own HTTP client.
 *
 * <p>Use: {@link dev.postern.store.aws.AwsStoreFactory#open}. A path is a secret's name, or its
 * whole ARN. The agent's own credentials are looked for in the order of the SDK's default chain:
 * environment, web identity (EKS with IRSA), shared profile, container (ECS, EKS Pod Identity),
 * instance ({@code AWS_EC2_METADATA_DISABLED} is honoured); where a web identity is configured, it
 * is the last that is asked. Or they come from one named profile; and from the role that the config
 * names, taken on with those. Profiles and tokens are read again when their files change, a profile
 * within seconds. STS is asked in the store's region, or where {@code AWS_ENDPOINT_URL_STS} says; a
 * VPC endpoint with private DNS needs neither.
 *
 * <p><b>A rotation.</b> The version's id is the rotation's, so that storing it is repeatable. It is
 * stored with a label of its own, {@code postern-<id>}, which later tells who made it. Then {@code
 * AWSPENDING} moves to it, only from where it was seen: a put that carries the label would take it
 * from whoever had just got it, a move is refused by the service. Promotion moves {@code
 * AWSCURRENT} from the expected version, again checked by the service; {@code AWSPREVIOUS} follows
 * by itself, and {@code AWSPENDING} is taken off, as it would stop AWS's own rotation. A pending
 * version of anybody else is named and never touched. The service agrees with delay: each move is
 * read back for a bounded time.
 *
 * <p><b>The flag</b> is the tag {@code postern:compromised}; its value is the mark.
 *
 * <p><b>What looking costs.</b> $0.05 per 10,000 calls; for KMS $0.03 per 10,000, beyond the first
 * 20,000 of a month (list prices of us-east-1 as of mid 2026; AWS's pages have today's). With N
 * secrets, each looked at once in 60 s (1,440 times a day):
 *
 * <ul>
 *   <li>DescribeSecret each: 1,440 N calls, $0.0072 N a day. Version and flag, no value, no
 *       account- wide right.
 *   <li>BatchGetSecretValue by twenties, and one ListSecrets filtered by the tag for all flags:
 *       1,440 (N/20 + 1) calls, $0.00036 N + $0.0072 a day. It reads each value (with a KMS key of
 *       one's own that is up to one Decrypt each, $0.0043 N a day), and a flag may show up to five
 *       minutes late, as ListSecrets may by AWS's word.
 *   <li>ListSecrets alone, by hundreds: 1,440 N/100 calls, $0.00007 N a day. Not used: a promotion
 *       too would show up to five minutes late, when the old credential is long dead.
 * </ul>
 *
 * So up to five secrets are described each, and more go by twenties where the role allows that
 * (deploy/policies/aws-many.json); where not, each is described, and the right is asked for again
 * after an hour. For 1,000 secrets: $7.20 or $0.37 a day.
 *
 * <p><b>Guarantees.</b> An operation ends within its time, also when an answer stalls, drips or
 * never ends. The SDK repeats nothing but a request that was refused for this machine's clock. No
 * text of the service or of the SDK is in a message.
 *
 * <p><b>Does not protect against</b> copies on the heap: the SDK hands values over as {@code
 * String}s, which live until they are collected. AWS deletes no version on demand: what was dropped
 * carries no label any more and counts as gone here, but can still be read by its id for a day or
 * more. Binary secrets are refused.
 */
@NullMarked
package dev.postern.store.aws;

import org.jspecify.annotations.NullMarked;
