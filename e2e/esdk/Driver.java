import com.amazonaws.encryptionsdk.AwsCrypto;
import com.amazonaws.encryptionsdk.CommitmentPolicy;
import com.amazonaws.encryptionsdk.CryptoAlgorithm;
import com.amazonaws.encryptionsdk.CryptoResult;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.EncryptionAlgorithmSpec;
import software.amazon.cryptography.keystore.KeyStore;
import software.amazon.cryptography.keystore.model.CreateKeyInput;
import software.amazon.cryptography.keystore.model.KMSConfiguration;
import software.amazon.cryptography.keystore.model.KeyStoreConfig;
import software.amazon.cryptography.keystore.model.VersionKeyInput;
import software.amazon.cryptography.materialproviders.ICryptographicMaterialsManager;
import software.amazon.cryptography.materialproviders.IKeyring;
import software.amazon.cryptography.materialproviders.MaterialProviders;
import software.amazon.cryptography.materialproviders.model.*;
import software.amazon.cryptography.primitives.model.ECDHCurveSpec;

/**
 * AWS's Encryption SDK for Java, as a process that does what lines of JSON ask: see README.md.
 *
 * <p>Guarantees: one answer a line, in order; an error of the SDK is an answer, and the process lives on.
 */
public class Driver {
  private static final MaterialProviders PROVIDERS =
      MaterialProviders.builder().MaterialProvidersConfig(MaterialProvidersConfig.builder().build()).build();
  private static final Map<String, Object> CLIENTS = new HashMap<>();

  public static void main(String[] arguments) throws Exception {
    // Whatever libraries print must not stand between the answers.
    PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.setOut(System.err);
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      Map<String, String> answer;
      try {
        answer = perform(JsonNode.parser().parse(line));
      } catch (Exception | OutOfMemoryError error) {
        answer = Map.of("error", quoted(said(error)));
      }
      answers.println(
          answer.entrySet().stream().map(pair -> quoted(pair.getKey()) + ":" + pair.getValue()).collect(Collectors.joining(",", "{", "}")));
    }
  }

  private static String said(Throwable error) {
    StringBuilder text = new StringBuilder(error.getClass().getSimpleName() + ": " + error.getMessage());
    if (error instanceof CollectionOfErrors) {
      ((CollectionOfErrors) error).list().forEach(one -> text.append("; ").append(one.getMessage()));
    }
    return error.getCause() == null || error.getCause() == error ? text.toString() : text + "; " + said(error.getCause());
  }

  private static Map<String, String> perform(JsonNode request) throws Exception {
    switch (text(request, "do")) {
      case "encrypt":
        return encrypt(request);
      case "decrypt":
        return decrypt(request);
      case "create-branch-key":
        return createBranchKey(request);
      case "version-branch-key":
        keyStore(request).VersionKey(VersionKeyInput.builder().branchKeyIdentifier(text(request, "id")).build());
        return Map.of();
      default:
        throw new IllegalArgumentException("no task " + text(request, "do"));
    }
  }

  private static Map<String, String> encrypt(JsonNode request) throws Exception {
    AwsCrypto.Builder builder = builder(request);
    if (has(request, "suite")) {
      int id = Integer.parseInt(text(request, "suite"), 16);
      for (CryptoAlgorithm algorithm : CryptoAlgorithm.values()) {
        if (algorithm.getValue() == id) {
          builder.withEncryptionAlgorithm(algorithm);
        }
      }
    }
    if (has(request, "frame_length")) {
      builder.withEncryptionFrameSize(number(request, "frame_length"));
    }
    byte[] plaintext = bytes(request, "plaintext");
    Map<String, String> context = pairs(request, "context");
    AwsCrypto crypto = builder.build();
    CryptoResult<byte[], ?> result =
        has(request, "required")
            ? crypto.encryptData(requiring(request), plaintext, context)
            : crypto.encryptData(keyring(member(request, "keyring")), plaintext, context);
    return Map.of("message", quoted(Base64.getEncoder().encodeToString(result.getResult())));
  }

  private static Map<String, String> decrypt(JsonNode request) throws Exception {
    byte[] message = bytes(request, "message");
    Map<String, String> context = pairs(request, "context");
    AwsCrypto crypto = builder(request).build();
    CryptoResult<byte[], ?> result =
        has(request, "required")
            ? crypto.decryptData(requiring(request), message, context)
            : crypto.decryptData(keyring(member(request, "keyring")), message, context);
    Map<String, String> answer = new TreeMap<>();
    answer.put("plaintext", quoted(Base64.getEncoder().encodeToString(result.getResult())));
    answer.put(
        "context",
        result.getEncryptionContext().entrySet().stream()
            .map(pair -> quoted(pair.getKey()) + ":" + quoted(pair.getValue()))
            .collect(Collectors.joining(",", "{", "}")));
    answer.put("suite", quoted(String.format("%04x", (int) result.getCryptoAlgorithm().getValue())));
    answer.put("encrypted_data_keys", Integer.toString(result.getHeaders().getEncryptedKeyBlobCount()));
    answer.put("frame_length", Integer.toString(result.getHeaders().getFrameLength()));
    return answer;
  }

  private static Map<String, String> createBranchKey(JsonNode request) {
    CreateKeyInput.Builder given = CreateKeyInput.builder();
    if (has(request, "id")) {
      given.branchKeyIdentifier(text(request, "id")).encryptionContext(pairs(request, "context"));
    }
    return Map.of("id", quoted(keyStore(request).CreateKey(given.build()).branchKeyIdentifier()));
  }

  private static AwsCrypto.Builder builder(JsonNode request) {
    String policy = has(request, "policy") ? text(request, "policy") : "require-encrypt-require-decrypt";
    AwsCrypto.Builder builder = AwsCrypto.builder();
    switch (policy) {
      case "forbid-encrypt-allow-decrypt":
        builder.withCommitmentPolicy(CommitmentPolicy.ForbidEncryptAllowDecrypt);
        break;
      case "require-encrypt-allow-decrypt":
        builder.withCommitmentPolicy(CommitmentPolicy.RequireEncryptAllowDecrypt);
        break;
      default:
        builder.withCommitmentPolicy(CommitmentPolicy.RequireEncryptRequireDecrypt);
    }
    if (has(request, "max_encrypted_data_keys")) {
      builder.withMaxEncryptedDataKeys(number(request, "max_encrypted_data_keys"));
    }
    return builder;
  }

  private static ICryptographicMaterialsManager requiring(JsonNode request) throws Exception {
    ICryptographicMaterialsManager plain =
        PROVIDERS.CreateDefaultCryptographicMaterialsManager(
            CreateDefaultCryptographicMaterialsManagerInput.builder().keyring(keyring(member(request, "keyring"))).build());
    return PROVIDERS.CreateRequiredEncryptionContextCMM(
        CreateRequiredEncryptionContextCMMInput.builder().requiredEncryptionContextKeys(texts(request, "required")).underlyingCMM(plain).build());
  }

  private static IKeyring keyring(JsonNode spec) throws Exception {
    switch (text(spec, "kind")) {
      case "raw-aes":
        byte[] key = bytes(spec, "key");
        AesWrappingAlg wrapping =
            key.length == 16
                ? AesWrappingAlg.ALG_AES128_GCM_IV12_TAG16
                : key.length == 24 ? AesWrappingAlg.ALG_AES192_GCM_IV12_TAG16 : AesWrappingAlg.ALG_AES256_GCM_IV12_TAG16;
        return PROVIDERS.CreateRawAesKeyring(
            CreateRawAesKeyringInput.builder()
                .keyNamespace(text(spec, "namespace"))
                .keyName(text(spec, "name"))
                .wrappingKey(ByteBuffer.wrap(key))
                .wrappingAlg(wrapping)
                .build());
      case "raw-rsa":
        String padding = text(spec, "padding");
        CreateRawRsaKeyringInput.Builder rsa =
            CreateRawRsaKeyringInput.builder()
                .keyNamespace(text(spec, "namespace"))
                .keyName(text(spec, "name"))
                .paddingScheme(PaddingScheme.valueOf(padding.equals("PKCS1") ? padding : padding + "_MGF1"));
        if (has(spec, "public")) {
          rsa.publicKey(utf8(spec, "public"));
        }
        if (has(spec, "private")) {
          rsa.privateKey(utf8(spec, "private"));
        }
        return PROVIDERS.CreateRawRsaKeyring(rsa.build());
      case "multi":
        CreateMultiKeyringInput.Builder multi = CreateMultiKeyringInput.builder();
        if (has(spec, "generator")) {
          multi.generator(keyring(member(spec, "generator")));
        }
        List<IKeyring> children = new java.util.ArrayList<>();
        for (JsonNode child : member(spec, "children").asArray()) {
          children.add(keyring(child));
        }
        return PROVIDERS.CreateMultiKeyring(multi.childKeyrings(children).build());
      case "kms":
        return PROVIDERS.CreateAwsKmsKeyring(CreateAwsKmsKeyringInput.builder().kmsKeyId(text(spec, "key")).kmsClient(kms(spec)).build());
      case "kms-discovery":
        CreateAwsKmsDiscoveryKeyringInput.Builder discovery = CreateAwsKmsDiscoveryKeyringInput.builder().kmsClient(kms(spec));
        if (has(spec, "accounts")) {
          discovery.discoveryFilter(DiscoveryFilter.builder().partition("aws").accountIds(texts(spec, "accounts")).build());
        }
        return PROVIDERS.CreateAwsKmsDiscoveryKeyring(discovery.build());
      case "kms-mrk":
        return PROVIDERS.CreateAwsKmsMrkKeyring(
            CreateAwsKmsMrkKeyringInput.builder().kmsKeyId(text(spec, "key")).kmsClient(kms(spec)).build());
      case "kms-mrk-discovery":
        CreateAwsKmsMrkDiscoveryKeyringInput.Builder any =
            CreateAwsKmsMrkDiscoveryKeyringInput.builder().kmsClient(kms(spec)).region(text(spec, "region"));
        if (has(spec, "accounts")) {
          any.discoveryFilter(DiscoveryFilter.builder().partition("aws").accountIds(texts(spec, "accounts")).build());
        }
        return PROVIDERS.CreateAwsKmsMrkDiscoveryKeyring(any.build());
      case "kms-rsa":
        CreateAwsKmsRsaKeyringInput.Builder kmsRsa =
            CreateAwsKmsRsaKeyringInput.builder()
                .kmsKeyId(text(spec, "key"))
                .kmsClient(kms(spec))
                .encryptionAlgorithm(EncryptionAlgorithmSpec.fromValue(text(spec, "algorithm")));
        if (has(spec, "public")) {
          kmsRsa.publicKey(utf8(spec, "public"));
        }
        return PROVIDERS.CreateAwsKmsRsaKeyring(kmsRsa.build());
      case "raw-ecdh":
        return PROVIDERS.CreateRawEcdhKeyring(
            CreateRawEcdhKeyringInput.builder().curveSpec(ECDHCurveSpec.valueOf(text(spec, "curve"))).KeyAgreementScheme(rawScheme(spec)).build());
      case "kms-ecdh":
        return PROVIDERS.CreateAwsKmsEcdhKeyring(
            CreateAwsKmsEcdhKeyringInput.builder()
                .curveSpec(ECDHCurveSpec.valueOf(text(spec, "curve")))
                .KeyAgreementScheme(kmsScheme(spec))
                .kmsClient(kms(spec))
                .build());
      case "hierarchy":
        return PROVIDERS.CreateAwsKmsHierarchicalKeyring(
            CreateAwsKmsHierarchicalKeyringInput.builder().keyStore(keyStore(spec)).branchKeyId(text(spec, "branch_key")).ttlSeconds(600).build());
      default:
        throw new IllegalArgumentException("no keyring " + text(spec, "kind"));
    }
  }

  private static RawEcdhStaticConfigurations rawScheme(JsonNode spec) {
    RawEcdhStaticConfigurations.Builder scheme = RawEcdhStaticConfigurations.builder();
    if (has(spec, "recipient_private")) {
      scheme.PublicKeyDiscovery(PublicKeyDiscoveryInput.builder().recipientStaticPrivateKey(utf8(spec, "recipient_private")).build());
    } else if (has(spec, "sender_private")) {
      scheme.RawPrivateKeyToStaticPublicKey(
          RawPrivateKeyToStaticPublicKeyInput.builder()
              .senderStaticPrivateKey(utf8(spec, "sender_private"))
              .recipientPublicKey(der(spec, "recipient_public"))
              .build());
    } else {
      scheme.EphemeralPrivateKeyToStaticPublicKey(
          EphemeralPrivateKeyToStaticPublicKeyInput.builder().recipientPublicKey(der(spec, "recipient_public")).build());
    }
    return scheme.build();
  }

  private static KmsEcdhStaticConfigurations kmsScheme(JsonNode spec) {
    KmsEcdhStaticConfigurations.Builder scheme = KmsEcdhStaticConfigurations.builder();
    if (has(spec, "recipient")) {
      scheme.KmsPublicKeyDiscovery(KmsPublicKeyDiscoveryInput.builder().recipientKmsIdentifier(text(spec, "recipient")).build());
    } else {
      scheme.KmsPrivateKeyToStaticPublicKey(
          KmsPrivateKeyToStaticPublicKeyInput.builder()
              .senderKmsIdentifier(text(spec, "sender"))
              .recipientPublicKey(der(spec, "recipient_public"))
              .build());
    }
    return scheme.build();
  }

  private static KeyStore keyStore(JsonNode spec) {
    return KeyStore.builder()
        .KeyStoreConfig(
            KeyStoreConfig.builder()
                .ddbClient(dynamodb(spec))
                .ddbTableName(text(spec, "table"))
                .logicalKeyStoreName(text(spec, has(spec, "logical") ? "logical" : "table"))
                .kmsClient(kms(spec))
                .kmsConfiguration(KMSConfiguration.builder().kmsKeyArn(text(spec, "key")).build())
                .build())
        .build();
  }

  /** A client of the Region and endpoint that a keyring names; kept. */
  private static KmsClient kms(JsonNode spec) {
    return (KmsClient)
        CLIENTS.computeIfAbsent(
            "kms " + text(spec, "region") + text(spec, "endpoint"),
            place ->
                KmsClient.builder()
                    .region(Region.of(text(spec, "region")))
                    .endpointOverride(URI.create(text(spec, "endpoint")))
                    .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                    .build());
  }

  private static DynamoDbClient dynamodb(JsonNode spec) {
    return (DynamoDbClient)
        CLIENTS.computeIfAbsent(
            "dynamodb " + text(spec, "region") + text(spec, "table_endpoint"),
            place ->
                DynamoDbClient.builder()
                    .region(Region.of(text(spec, "region")))
                    .endpointOverride(URI.create(text(spec, "table_endpoint")))
                    .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                    .build());
  }

  // JSON

  private static boolean has(JsonNode node, String name) {
    return node.field(name).isPresent();
  }

  private static JsonNode member(JsonNode node, String name) {
    return node.field(name).orElseThrow(() -> new IllegalArgumentException("no " + name));
  }

  private static String text(JsonNode node, String name) {
    return member(node, name).asString();
  }

  private static int number(JsonNode node, String name) {
    return Integer.parseInt(member(node, name).asNumber());
  }

  private static byte[] bytes(JsonNode node, String name) {
    return Base64.getDecoder().decode(text(node, name));
  }

  private static ByteBuffer utf8(JsonNode node, String name) {
    return ByteBuffer.wrap(text(node, name).getBytes(StandardCharsets.UTF_8));
  }

  /** The bytes in a PEM. */
  private static ByteBuffer der(JsonNode node, String name) {
    return ByteBuffer.wrap(Base64.getMimeDecoder().decode(text(node, name).replaceAll("-----[A-Z ]+-----", "")));
  }

  private static List<String> texts(JsonNode node, String name) {
    return member(node, name).asArray().stream().map(JsonNode::asString).collect(Collectors.toList());
  }

  private static Map<String, String> pairs(JsonNode node, String name) {
    Map<String, String> pairs = new HashMap<>();
    node.field(name).ifPresent(found -> found.asObject().forEach((key, value) -> pairs.put(key, value.asString())));
    return pairs;
  }

  private static String quoted(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ' || c > '~') {
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    return out.append('"').toString();
  }
}
