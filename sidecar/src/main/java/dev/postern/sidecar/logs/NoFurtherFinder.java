package dev.postern.sidecar.logs;

/**
 * Ends a search. The JDK asks for a logger when it first sees a certificate, and for that looks
 * through all jars of the class path, because it wants to know of a second maker of loggers even
 * when it has found one: a third of a start behind TLS. So it finds two in the first jar, of which
 * this is the second; and the list of a second jar, which it opens before it reads the first, in
 * the first library. The one that it takes is SLF4J's. This one stays unused, unless {@code
 * -Djdk.logger.finder.singleton=true} asks the JDK to object to two.
 */
public final class NoFurtherFinder extends System.LoggerFinder {
  @Override
  public System.Logger getLogger(String name, Module module) {
    throw new IllegalStateException("not meant to make loggers");
  }
}
