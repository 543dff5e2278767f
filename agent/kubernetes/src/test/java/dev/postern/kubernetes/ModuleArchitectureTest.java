package dev.postern.kubernetes;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** What the fleet's protocol may know. */
final class ModuleArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.postern.kubernetes");

  @Test
  void noClassCanEvenHoldASecret() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveNameMatching("dev\\.postern\\.(SecretBytes|SecretFields|SecretMemory).*")
        .check(CLASSES);
  }

  @Test
  void theEngineTheStoresAndTheServingAreNotKnownHere() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.postern.rotation..",
            "dev.postern.serving..",
            "dev.postern.consumer..",
            "dev.postern.store..",
            "dev.postern.issuer..")
        .check(CLASSES);
  }

  @Test
  void theLibraryStaysBehindThePort() {
    noClasses()
        .that()
        .haveNameNotMatching(".*\\.Fabric.*")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.fabric8..")
        .check(CLASSES);
  }

  @Test
  void thePortDoesNotKnowTheProtocol() {
    noClasses()
        .that()
        .resideInAPackage("dev.postern.kubernetes.api..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.postern.kubernetes")
        .check(CLASSES);
  }
}
