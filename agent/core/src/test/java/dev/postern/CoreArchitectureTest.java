package dev.postern;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.postern.time.TimeSource;
import java.time.Clock;

/** What the domain may know, and what it must not do. */
@AnalyzeClasses(packages = "dev.postern", importOptions = ImportOption.DoNotIncludeTests.class)
final class CoreArchitectureTest {

  @ArchTest
  static final ArchRule DOMAIN_KNOWS_NO_VENDOR =
      classes()
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage("dev.postern..", "java..", "org.slf4j..", "org.jspecify.."));

  @ArchTest
  static final ArchRule PORTS_DO_NOT_KNOW_THE_ENGINE =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.postern",
              "dev.postern.store",
              "dev.postern.issuer",
              "dev.postern.journal",
              "dev.postern.time",
              "dev.postern.failpoint")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.postern.rotation", "dev.postern.serving", "dev.postern.consumer");

  @ArchTest
  static final ArchRule SERVING_AND_CONSUMERS_DO_NOT_KNOW_ROTATIONS =
      noClasses()
          .that()
          .resideInAnyPackage("dev.postern.serving", "dev.postern.consumer")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.postern.rotation", "dev.postern.journal");

  @ArchTest
  static final ArchRule PACKAGES_HAVE_NO_CYCLES =
      slices().matching("dev.postern.(*)..").should().beFreeOfCycles();

  @ArchTest static final ArchRule NOTHING_IS_PRINTED = NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

  @ArchTest static final ArchRule ONE_WAY_TO_LOG = NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

  @ArchTest
  static final ArchRule TIME_PASSES_BY_THE_PORT_ONLY =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.postern.time")
          .should()
          .callMethodWhere(
              com.tngtech.archunit.core.domain.JavaCall.Predicates.target(
                  com.tngtech.archunit.base.DescribedPredicate.describe(
                      "reads the machine's clock or sleeps",
                      target ->
                          (target.getOwner().isEquivalentTo(Thread.class)
                                  && target.getName().equals("sleep"))
                              || (target.getOwner().isEquivalentTo(java.time.Instant.class)
                                  && target.getName().equals("now"))
                              || target.getOwner().isEquivalentTo(Clock.class)
                              || (target.getOwner().isEquivalentTo(System.class)
                                  && target.getName().equals("currentTimeMillis"))
                              || (target.getOwner().isEquivalentTo(TimeSource.class)
                                  && target.getName().equals("system")))));

  @ArchTest
  static final ArchRule NOBODY_ENDS_THE_PROCESS =
      noClasses().should().callMethod(System.class, "exit", int.class);
}
