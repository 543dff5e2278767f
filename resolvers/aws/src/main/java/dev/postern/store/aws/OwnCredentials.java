package dev.postern.store.aws;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProviderChain;
import software.amazon.awssdk.auth.credentials.ContainerCredentialsProvider;
import software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider;
import software.amazon.awssdk.auth.credentials.InstanceProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.SystemPropertyCredentialsProvider;
import software.amazon.awssdk.core.SdkSystemSetting;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.profiles.ProfileFileSupplier;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.auth.StsWebIdentityTokenFileCredentialsProvider;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * Who the agent is to AWS before it takes on a role: the SDK's default chain, put together here for
 * three reasons. The SDK's own asks STS in the environment's region alone, and not in the
 * configured one; it reads a profile once; and where a pod's token is refused it goes on to ask the
 * node's role, so that nobody hears of the refusal.
 */
final class OwnCredentials implements AwsCredentialsProvider, SdkAutoCloseable {
  private final AwsCredentialsProvider source;
  private final List<SdkAutoCloseable> closeables;

  private OwnCredentials(AwsCredentialsProvider source, List<SdkAutoCloseable> closeables) {
    this.source = source;
    this.closeables = closeables;
  }

  /**
   * @param sts makes a client of STS that asks with these credentials
   */
  static OwnCredentials open(AwsConfig config, Function<AwsCredentialsProvider, StsClient> sts) {
    if (config.profile().isPresent()) {
      ProfileCredentialsProvider profile = profile(config.profile());
      return new OwnCredentials(profile, List.of(profile));
    }
    List<AwsCredentialsProvider> chain = new ArrayList<>();
    List<SdkAutoCloseable> closeables = new ArrayList<>();
    chain.add(SystemPropertyCredentialsProvider.create());
    chain.add(EnvironmentVariableCredentialsProvider.create());
    if (SdkSystemSetting.AWS_WEB_IDENTITY_TOKEN_FILE.getStringValue().isPresent()
        && SdkSystemSetting.AWS_ROLE_ARN.getStringValue().isPresent()) {
      StsClient client = sts.apply(AnonymousCredentialsProvider.create());
      StsWebIdentityTokenFileCredentialsProvider pod =
          StsWebIdentityTokenFileCredentialsProvider.builder().stsClient(client).build();
      return new OwnCredentials(new InOrder(chain, pod), List.of(pod, client));
    }
    ProfileCredentialsProvider profile = profile(Optional.empty());
    ContainerCredentialsProvider container = ContainerCredentialsProvider.create();
    InstanceProfileCredentialsProvider instance = InstanceProfileCredentialsProvider.create();
    chain.addAll(List.of(profile, container, instance));
    closeables.addAll(List.of(profile, container, instance));
    return new OwnCredentials(
        AwsCredentialsProviderChain.builder()
            .credentialsProviders(chain)
            .reuseLastProviderEnabled(true)
            .build(),
        closeables);
  }

  /** Read again when one of its files changes. */
  private static ProfileCredentialsProvider profile(Optional<String> name) {
    return ProfileCredentialsProvider.builder()
        .profileFile(ProfileFileSupplier.defaultSupplier())
        .profileName(name.orElse(null))
        .build();
  }

  @Override
  public AwsCredentials resolveCredentials() {
    return source.resolveCredentials();
  }

  @Override
  public void close() {
    for (SdkAutoCloseable one : closeables) {
      one.close();
    }
  }

  @Override
  public String toString() {
    return "OwnCredentials";
  }

  /** The first that has any, and else the last one, whose failure is everybody's. */
  private record InOrder(List<AwsCredentialsProvider> first, AwsCredentialsProvider last)
      implements AwsCredentialsProvider {

    @Override
    public AwsCredentials resolveCredentials() {
      for (AwsCredentialsProvider one : first) {
        Optional<AwsCredentials> found = tried(one);
        if (found.isPresent()) {
          return found.get();
        }
      }
      return last.resolveCredentials();
    }

    private static Optional<AwsCredentials> tried(AwsCredentialsProvider one) {
      try {
        return Optional.of(one.resolveCredentials());
      } catch (SdkClientException none) {
        return Optional.empty();
      }
    }
  }
}
