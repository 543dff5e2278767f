package dev.postern.sidecar.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.IVersionProvider;

/** The version that the build wrote beside this class. */
final class PosternVersion implements IVersionProvider {

  @Override
  public String[] getVersion() throws IOException {
    try (InputStream resource = PosternVersion.class.getResourceAsStream("version.txt")) {
      String version =
          resource == null
              ? "unknown"
              : new String(resource.readAllBytes(), StandardCharsets.UTF_8).strip();
      return new String[] {"postern " + version};
    }
  }
}
