package dev.postern.sidecar;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The cut of the modules and packages, over everything that the executable is made of. */
final class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("dev.postern");

  @Test
  void nothingDependsOnTheExecutable() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.postern.sidecar..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.postern.sidecar..")
        .check(CLASSES);
  }

  @Test
  void storesAndIssuersDoNotSeeEachOtherOrTheEngine() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.postern.store.*..", "dev.postern.mailgun..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.postern.rotation..",
            "dev.postern.serving..",
            "dev.postern.consumer..",
            "dev.postern.journal..")
        .check(CLASSES);
    slices()
        .matching("dev.postern.store.(*)..")
        .should()
        .notDependOnEachOther()
        .ignoreDependency(
            resideInAPackage("dev.postern.store.."), resideInAPackage("dev.postern.store.fields.."))
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("dev.postern.mailgun..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.postern.store.local..", "dev.postern.store.env..")
        .check(CLASSES);
  }

  @Test
  void onlyDevAndTheBuildsTrainingKnowTheSimulator() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.postern.mailgun.simulator..")
        .and()
        .haveSimpleNameNotStartingWith("Dev")
        .and()
        .doNotHaveSimpleName("Training")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.postern.mailgun.simulator..")
        .check(CLASSES);
  }

  @Test
  void onlyTheFleetKnowsKubernetes() {
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.postern.kubernetes..", "dev.postern.sidecar.coordination..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.postern.kubernetes..", "io.fabric8..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.postern.kubernetes.api..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.fabric8..")
        .check(CLASSES);
  }

  @Test
  void nativeCallsAreMadeInOneModule() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.postern.linux..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("java.lang.foreign..")
        .check(CLASSES);
  }

  @Test
  void clientCommandsDoNotKnowTheServers() {
    noClasses()
        .that()
        .resideInAPackage("dev.postern.sidecar.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.postern.sidecar.server..",
            "dev.postern.sidecar.http..",
            "dev.postern.sidecar.metrics..",
            "dev.postern.sidecar.agent..",
            "io.netty..",
            "io.micrometer..")
        .check(CLASSES);
  }

  @Test
  void nettyStaysBehindTheServers() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "dev.postern.sidecar.http..",
            "dev.postern.sidecar.server..",
            "dev.postern.sidecar.socketmap..",
            "dev.postern.sidecar.management..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.netty..")
        .check(CLASSES);
  }

  @Test
  void partsOfTheExecutableHaveNoCycles() {
    slices().matching("dev.postern.sidecar.(*)..").should().beFreeOfCycles().check(CLASSES);
  }
}
