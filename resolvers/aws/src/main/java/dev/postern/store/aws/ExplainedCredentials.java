package dev.postern.store.aws;

import dev.postern.store.StoreException;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;

/** Keeps a failure to get credentials apart from one of Secrets Manager itself. */
record ExplainedCredentials(String store, AwsCredentialsProvider source)
    implements AwsCredentialsProvider {

  @Override
  public AwsCredentials resolveCredentials() {
    try {
      return source.resolveCredentials();
    } catch (SdkException e) {
      throw new Failure(AwsErrors.credentials(store, e));
    }
  }

  @Override
  public String toString() {
    return "ExplainedCredentials[" + store + "]";
  }

  /** Passes through the SDK as one of its own. */
  static final class Failure extends SdkClientException {
    private static final long serialVersionUID = 1L;
    private final StoreException explained;

    Failure(StoreException explained) {
      super(SdkClientException.builder().message(explained.getMessage()));
      this.explained = explained;
    }

    StoreException explained() {
      return explained;
    }
  }
}
