package dev.postern.checkup;

import java.util.function.Supplier;

/**
 * One thing to look at.
 *
 * @param name a few words, with the path that it is about
 * @param gate whether the checks after it would only say the same again if this one fails
 * @param look blocks, within the deadline of its backend; called once, from a virtual thread.
 *     Throws nothing but what is a bug. Changes nothing of value
 */
public record Check(String name, boolean gate, Supplier<Finding> look) {

  public static Check of(String name, Supplier<Finding> look) {
    return new Check(name, false, look);
  }

  public static Check gate(String name, Supplier<Finding> look) {
    return new Check(name, true, look);
  }
}
