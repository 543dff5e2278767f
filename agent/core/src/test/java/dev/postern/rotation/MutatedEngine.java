package dev.postern.rotation;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** Our own classes once more, engine and model, with one method of the engine made wrong. */
final class MutatedEngine extends ClassLoader {
  private static final String OURS = "dev.postern.";

  private final ModelMutant mutant;

  MutatedEngine(ModelMutant mutant) {
    super(MutatedEngine.class.getClassLoader());
    this.mutant = mutant;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(OURS)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? define(name) : loaded;
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    String file = name.replace('.', '/') + ".class";
    try (InputStream in = Objects.requireNonNull(getParent()).getResourceAsStream(file)) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      byte[] bytes = in.readAllBytes();
      byte[] used =
          name.equals(mutant.owner().getName()) ? mutant.mutate(bytes, getParent()) : bytes;
      return defineClass(name, used, 0, used.length);
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }

  /** Walks with the mutated engine; the invariant that broke first, or the empty string. */
  String brokenBy(String scenario, int total, boolean interleaved)
      throws ReflectiveOperationException {
    Class<?> walks = loadClass(ModelWalks.class.getName());
    var method = walks.getDeclaredMethod("firstBroken", String.class, int.class, boolean.class);
    method.setAccessible(true);
    return (String) Objects.requireNonNull(method.invoke(null, scenario, total, interleaved));
  }
}
