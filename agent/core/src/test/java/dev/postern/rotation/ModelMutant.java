package dev.postern.rotation;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * One method of the engine made wrong.
 *
 * @param owner the class that has it
 * @param change counts in the number how often it could be applied
 */
record ModelMutant(Class<?> owner, Change change) {

  @FunctionalInterface
  interface Change {
    ClassTransform counting(AtomicInteger applied);
  }

  /** The class with the change in it. */
  byte[] mutate(byte[] original, ClassLoader hierarchy) {
    AtomicInteger applied = new AtomicInteger();
    ClassFile format =
        ClassFile.of(
            ClassFile.ClassHierarchyResolverOption.of(
                java.lang.classfile.ClassHierarchyResolver.ofResourceParsing(hierarchy)));
    ClassModel model = format.parse(original);
    byte[] mutated = format.transformClass(model, change.counting(applied));
    if (applied.get() == 0) {
      throw new AssertionError("the engine has changed, and this mutant no longer applies to it");
    }
    return mutated;
  }

  /** A method calls what it called, and does not: the call's result is nothing, or the given. */
  static ModelMutant without(Class<?> owner, String method, Class<?> callee, String called) {
    return without(owner, method, callee, called, ModelMutant::nothing);
  }

  static ModelMutant without(
      Class<?> owner, String method, Class<?> callee, String called, ReturnValue instead) {
    ClassDesc target = desc(callee);
    return inMethod(
        owner,
        method,
        (element, applied) ->
            element instanceof InvokeInstruction call
                && call.owner().asSymbol().equals(target)
                && call.name().equalsString(called),
        (builder, element) -> {
          InvokeInstruction call = (InvokeInstruction) element;
          dropArguments(builder, call);
          instead.push(builder, TypeKind.from(call.typeSymbol().returnType()));
        });
  }

  /** Puts a value on the stack where a call had put its own. */
  @FunctionalInterface
  interface ReturnValue {
    void push(CodeBuilder builder, TypeKind kind);
  }

  static void nothing(CodeBuilder builder, TypeKind kind) {
    switch (kind) {
      case VOID -> {}
      case REFERENCE -> builder.aconst_null();
      case LONG -> builder.lconst_0();
      case DOUBLE -> builder.dconst_0();
      case FLOAT -> builder.fconst_0();
      case BOOLEAN, BYTE, CHAR, SHORT, INT -> builder.iconst_0();
    }
  }

  private static void dropArguments(CodeBuilder builder, InvokeInstruction call) {
    MethodTypeDesc type = call.typeSymbol();
    for (int i = type.parameterCount() - 1; i >= 0; i--) {
      if (TypeKind.from(type.parameterType(i)).slotSize() == 2) {
        builder.pop2();
      } else {
        builder.pop();
      }
    }
    if (call.opcode() != Opcode.INVOKESTATIC) {
      builder.pop();
    }
  }

  /** A number in a method's code is another one. */
  static ModelMutant number(Class<?> owner, String method, int present, int instead) {
    return inMethod(
        owner,
        method,
        (element, applied) ->
            element instanceof ConstantInstruction constant
                && constant.constantValue().equals(present),
        (builder, element) -> builder.loadConstant(instead));
  }

  private interface Matches {
    boolean matches(CodeElement element, AtomicInteger applied);
  }

  private interface Replace {
    void replace(CodeBuilder builder, CodeElement element);
  }

  private static ModelMutant inMethod(
      Class<?> owner, String method, Matches matches, Replace replace) {
    return new ModelMutant(
        owner,
        applied ->
            ClassTransform.transformingMethodBodies(
                named(method),
                (builder, element) -> {
                  if (matches.matches(element, applied)) {
                    applied.incrementAndGet();
                    replace.replace(builder, element);
                  } else {
                    builder.with(element);
                  }
                }));
  }

  /** A method does something else first. */
  static ModelMutant first(Class<?> owner, String method, Consumer<CodeBuilder> what) {
    return new ModelMutant(
        owner,
        applied ->
            ClassTransform.transformingMethodBodies(
                named(method),
                new CodeTransform() {
                  @Override
                  public void atStart(CodeBuilder builder) {
                    applied.incrementAndGet();
                    what.accept(builder);
                  }

                  @Override
                  public void accept(CodeBuilder builder, CodeElement element) {
                    builder.with(element);
                  }
                }));
  }

  /** A method's whole body is another one. */
  static ModelMutant body(Class<?> owner, String method, Consumer<CodeBuilder> body) {
    return new ModelMutant(
        owner,
        applied ->
            ClassTransform.transformingMethods(
                named(method),
                (builder, element) -> {
                  if (element instanceof CodeModel) {
                    applied.incrementAndGet();
                    builder.withCode(body);
                  } else {
                    builder.with(element);
                  }
                }));
  }

  private static Predicate<MethodModel> named(String method) {
    return model -> model.methodName().equalsString(method);
  }

  static ClassDesc desc(Class<?> type) {
    return ClassDesc.of(type.getName());
  }
}
