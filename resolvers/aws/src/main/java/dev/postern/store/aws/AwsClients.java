package dev.postern.store.aws;

import dev.postern.store.StoreException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.retry.RetryUtils;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.AwsProfileRegionProvider;
import software.amazon.awssdk.regions.providers.AwsRegionProviderChain;
import software.amazon.awssdk.regions.providers.SystemSettingsRegionProvider;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClientBuilder;
import software.amazon.awssdk.services.secretsmanager.endpoints.SecretsManagerEndpointProvider;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.auth.StsAssumeRoleCredentialsProvider;

/** The SDK's client and what it stands on, closed together. */
final class AwsClients implements AutoCloseable {
  private static final Duration LONGEST_CONNECT = Duration.ofSeconds(3);
  private static final int ONE_REPEAT = 2;
  private static final int LONGEST_SESSION_NAME = 64;

  private final AwsConfig config;
  private final Region region;
  private final SdkHttpClient http;
  private final ScheduledThreadPoolExecutor timeouts;
  private final SecretsManagerClient secrets;
  private final AutoCloseable[] credentials;

  private AwsClients(AwsConfig config) {
    this.config = config;
    this.region = region(config);
    this.http =
        new BoundedHttpClient(
            UrlConnectionHttpClient.builder()
                .connectionTimeout(shorter(config.timeout(), LONGEST_CONNECT))
                .socketTimeout(config.timeout())
                .build(),
            config.timeout());
    this.timeouts = timeouts(config.name());
    OwnCredentials own = OwnCredentials.open(config, this::sts);
    if (config.role().isPresent()) {
      StsClient sts = sts(own);
      StsAssumeRoleCredentialsProvider role = assumed(config.role().get(), sts);
      this.credentials = new AutoCloseable[] {role, sts, own};
      this.secrets = secrets(role);
    } else {
      this.credentials = new AutoCloseable[] {own};
      this.secrets = secrets(own);
    }
  }

  static AwsClients open(AwsConfig config) {
    return new AwsClients(config);
  }

  SecretsManagerClient secrets() {
    return secrets;
  }

  /** Where the calls go: what the config, the environment or the region says, in this order. */
  URI endpoint() {
    return config
        .endpoint()
        .or(() -> secrets.serviceClientConfiguration().endpointOverride())
        .orElseGet(this::ofTheRegion);
  }

  private URI ofTheRegion() {
    return SecretsManagerEndpointProvider.defaultProvider()
        .resolveEndpoint(
            parameters ->
                parameters.region(region).useFips(config.fips()).useDualStack(config.dualStack()))
        .join()
        .endpointUrl()
        .toUri();
  }

  @Override
  public void close() {
    secrets.close();
    for (AutoCloseable one : credentials) {
      closeQuietly(one);
    }
    http.close();
    timeouts.shutdownNow();
  }

  /** In the region's own STS, or where AWS_ENDPOINT_URL_STS says. */
  private StsClient sts(AwsCredentialsProvider credentials) {
    return build(StsClient.builder().credentialsProvider(credentials));
  }

  private SecretsManagerClient secrets(AwsCredentialsProvider credentials) {
    SecretsManagerClientBuilder builder =
        SecretsManagerClient.builder()
            .credentialsProvider(new ExplainedCredentials(config.name(), credentials));
    config.endpoint().ifPresent(builder::endpointOverride);
    return build(builder);
  }

  private <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C build(B builder) {
    builder.region(region).httpClient(http).overrideConfiguration(behaviour());
    // Set only when asked for, so that the environment's own settings keep their say.
    if (config.fips()) {
      builder.fipsEnabled(true);
    }
    if (config.dualStack()) {
      builder.dualstackEnabled(true);
    }
    return builder.build();
  }

  private ClientOverrideConfiguration behaviour() {
    return ClientOverrideConfiguration.builder()
        .apiCallTimeout(config.timeout())
        .apiCallAttemptTimeout(config.timeout())
        .scheduledExecutorService(timeouts)
        .retryStrategy(onceMoreWithTheServersClock())
        .build();
  }

  /**
   * The SDK's own repeats would multiply the calls of every agent just when the service is in
   * trouble. One stays: after a refusal for a wrong clock the SDK has learnt the right time.
   */
  private static RetryStrategy onceMoreWithTheServersClock() {
    return DefaultRetryStrategy.standardStrategyBuilder()
        .useClientDefaults(false)
        .maxAttempts(ONE_REPEAT)
        .retryOnException(
            failure -> failure instanceof SdkException sdk && RetryUtils.isClockSkewException(sdk))
        .build();
  }

  private static StsAssumeRoleCredentialsProvider assumed(AwsConfig.Role role, StsClient sts) {
    return StsAssumeRoleCredentialsProvider.builder()
        .stsClient(sts)
        .refreshRequest(
            request -> {
              request.roleArn(role.arn()).roleSessionName(sessionName());
              role.externalId().ifPresent(request::externalId);
            })
        .build();
  }

  /** What CloudTrail shows; its letters are limited by AWS. */
  private static String sessionName() {
    String host = System.getenv().getOrDefault("HOSTNAME", "agent");
    String name = "postern-" + host.replaceAll("[^A-Za-z0-9_=,.@-]", "-");
    return name.length() > LONGEST_SESSION_NAME ? name.substring(0, LONGEST_SESSION_NAME) : name;
  }

  /** Never asks the instance's metadata service, which would make opening wait for the network. */
  private static Region region(AwsConfig config) {
    if (config.region().isPresent()) {
      return Region.of(config.region().get());
    }
    try {
      return new AwsRegionProviderChain(
              new SystemSettingsRegionProvider(),
              config
                  .profile()
                  .map(profile -> new AwsProfileRegionProvider(null, profile))
                  .orElseGet(AwsProfileRegionProvider::new))
          .getRegion();
    } catch (SdkClientException e) {
      throw new StoreException.Denied(
          "store "
              + config.name()
              + " has no region; set region in its config, or AWS_REGION in the environment");
    }
  }

  /** One thread that ends calls which are over their time, for all calls of the store. */
  private static ScheduledThreadPoolExecutor timeouts(String store) {
    ScheduledThreadPoolExecutor executor =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("aws-timeouts-" + store).factory());
    executor.setRemoveOnCancelPolicy(true);
    return executor;
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static void closeQuietly(AutoCloseable one) {
    try {
      one.close();
    } catch (Exception e) {
      throw new IllegalStateException("closing the credentials of AWS failed", e);
    }
  }
}
