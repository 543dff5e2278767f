package dev.postern.sidecar.agent;

import java.net.URL;
import java.net.URLStreamHandler;
import java.nio.channels.spi.SelectorProvider;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Names to the JDK those of its own parts that it would otherwise look for in every jar of the
 * class path first: the handlers of {@code http} and {@code https} URLs, which its crypto needs
 * before any URL is opened, and the selector. To open a hundred jars is a fifth of a start. Where
 * the names are not as expected, nothing is lost but that time.
 */
final class BuiltInProviders {
  private static final Set<String> PROTOCOLS = Set.of("http", "https");
  private static final String SELECTORS = "sun.nio.ch.EPollSelectorProvider";

  private BuiltInProviders() {}

  /** To be called before the first URL is made and the first selector is opened. */
  static void name() {
    if (System.getProperty(SelectorProvider.class.getName()) == null && exists(SELECTORS)) {
      System.setProperty(SelectorProvider.class.getName(), SELECTORS);
    }
    try {
      URL.setURLStreamHandlerFactory(BuiltInProviders::handler);
    } catch (Error factoryIsSetAlready) {
      // By an earlier agent of this process.
    }
  }

  /** Null means that the JDK shall search. */
  private static @Nullable URLStreamHandler handler(String protocol) {
    if (!PROTOCOLS.contains(protocol)) {
      return null;
    }
    try {
      return Class.forName("sun.net.www.protocol." + protocol + ".Handler")
          .asSubclass(URLStreamHandler.class)
          .getDeclaredConstructor()
          .newInstance();
    } catch (ReflectiveOperationException notExported) {
      return null;
    }
  }

  private static boolean exists(String name) {
    try {
      Class.forName(name, false, null);
      return true;
    } catch (ClassNotFoundException otherPlatform) {
      return false;
    }
  }
}
