// AWS's Encryption SDK for Go, as a process that does what lines of JSON ask: see README.md in the directory above.
//
// Guarantees: one answer a line, in order; an error of the SDK is an answer, and the process lives on. The SDK is made from
// the same sources as those for Rust and .NET.
package main

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"strings"

	keystore "github.com/aws/aws-cryptographic-material-providers-library/releases/go/mpl/awscryptographykeystoresmithygenerated"
	keystoretypes "github.com/aws/aws-cryptographic-material-providers-library/releases/go/mpl/awscryptographykeystoresmithygeneratedtypes"
	mpl "github.com/aws/aws-cryptographic-material-providers-library/releases/go/mpl/awscryptographymaterialproviderssmithygenerated"
	types "github.com/aws/aws-cryptographic-material-providers-library/releases/go/mpl/awscryptographymaterialproviderssmithygeneratedtypes"
	primitives "github.com/aws/aws-cryptographic-material-providers-library/releases/go/primitives/awscryptographyprimitivessmithygeneratedtypes"
	esdk "github.com/aws/aws-encryption-sdk/releases/go/encryption-sdk/awscryptographyencryptionsdksmithygenerated"
	esdktypes "github.com/aws/aws-encryption-sdk/releases/go/encryption-sdk/awscryptographyencryptionsdksmithygeneratedtypes"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	kmstypes "github.com/aws/aws-sdk-go-v2/service/kms/types"
)

// A request, or a keyring in it.
type spec struct {
	Do                   string            `json:"do"`
	Keyring              *spec             `json:"keyring"`
	Plaintext            []byte            `json:"plaintext"`
	Message              []byte            `json:"message"`
	Suite                string            `json:"suite"`
	Policy               string            `json:"policy"`
	FrameLength          *int64            `json:"frame_length"`
	Context              map[string]string `json:"context"`
	Required             []string          `json:"required"`
	MaxEncryptedDataKeys *int64            `json:"max_encrypted_data_keys"`
	ID                   string            `json:"id"`

	Kind             string   `json:"kind"`
	Namespace        string   `json:"namespace"`
	Name             string   `json:"name"`
	Key              string   `json:"key"`
	Padding          string   `json:"padding"`
	Public           string   `json:"public"`
	Private          string   `json:"private"`
	Curve            string   `json:"curve"`
	RecipientPublic  string   `json:"recipient_public"`
	RecipientPrivate string   `json:"recipient_private"`
	SenderPrivate    string   `json:"sender_private"`
	Sender           string   `json:"sender"`
	Recipient        string   `json:"recipient"`
	Region           string   `json:"region"`
	Endpoint         string   `json:"endpoint"`
	Accounts         []string `json:"accounts"`
	Algorithm        string   `json:"algorithm"`
	Generator        *spec    `json:"generator"`
	Children         []*spec  `json:"children"`
	BranchKey        string   `json:"branch_key"`
	Table            string   `json:"table"`
	TableEndpoint    string   `json:"table_endpoint"`
	Logical          string   `json:"logical"`
}

type answer map[string]any

var (
	ctx       = context.Background()
	providers *mpl.Client
	// Clients of Region and endpoint, kept.
	kmsClients      = map[string]*kms.Client{}
	dynamodbClients = map[string]*dynamodb.Client{}
)

func main() {
	var err error
	if providers, err = mpl.NewClient(types.MaterialProvidersConfig{}); err != nil {
		panic(err)
	}
	in, out := bufio.NewReader(os.Stdin), bufio.NewWriter(os.Stdout)
	// Whatever libraries print must not stand between the answers.
	os.Stdout = os.Stderr
	for {
		line, err := in.ReadBytes('\n')
		if len(line) == 0 && err != nil {
			return
		}
		told, problem := perform(line)
		if problem != nil {
			told = answer{"error": said(problem)}
		}
		text, err := json.Marshal(told)
		if err != nil {
			panic(err)
		}
		out.Write(append(text, '\n'))
		out.Flush()
	}
}

func said(problem error) string {
	text := fmt.Sprintf("%T: %v", problem, problem)
	var collection types.CollectionOfErrors
	if errors.As(problem, &collection) {
		for _, one := range collection.ListOfErrors {
			text += "; " + one.Error()
		}
	}
	return text
}

func perform(line []byte) (told answer, problem error) {
	// The SDK is made from another language, whose failed expectations are panics.
	defer func() {
		if thrown := recover(); thrown != nil {
			problem = fmt.Errorf("panic: %v", thrown)
		}
	}()
	var request spec
	if err := json.Unmarshal(line, &request); err != nil {
		return nil, err
	}
	switch request.Do {
	case "encrypt":
		return encrypt(&request)
	case "decrypt":
		return decrypt(&request)
	case "create-branch-key":
		store, err := keyStore(&request)
		if err != nil {
			return nil, err
		}
		given := keystoretypes.CreateKeyInput{}
		if request.ID != "" {
			given = keystoretypes.CreateKeyInput{BranchKeyIdentifier: &request.ID, EncryptionContext: request.Context}
		}
		made, err := store.CreateKey(ctx, given)
		if err != nil {
			return nil, err
		}
		return answer{"id": made.BranchKeyIdentifier}, nil
	case "version-branch-key":
		store, err := keyStore(&request)
		if err != nil {
			return nil, err
		}
		_, err = store.VersionKey(ctx, keystoretypes.VersionKeyInput{BranchKeyIdentifier: request.ID})
		return answer{}, err
	}
	return nil, fmt.Errorf("no task %s", request.Do)
}

func client(request *spec) (*esdk.Client, error) {
	policy := types.ESDKCommitmentPolicy(strings.ToUpper(strings.ReplaceAll(request.Policy, "-", "_")))
	if policy == "" {
		policy = types.ESDKCommitmentPolicyRequireEncryptRequireDecrypt
	}
	return esdk.NewClient(esdktypes.AwsEncryptionSdkConfig{CommitmentPolicy: &policy, MaxEncryptedDataKeys: request.MaxEncryptedDataKeys})
}

func encrypt(request *spec) (answer, error) {
	input := esdktypes.EncryptInput{Plaintext: request.Plaintext, EncryptionContext: request.Context, FrameLength: request.FrameLength}
	if request.Suite != "" {
		suite := types.ESDKAlgorithmSuiteId("0x" + request.Suite)
		input.AlgorithmSuiteId = &suite
	}
	var err error
	if input.Keyring, input.MaterialsManager, err = manager(request); err != nil {
		return nil, err
	}
	sdk, err := client(request)
	if err != nil {
		return nil, err
	}
	done, err := sdk.Encrypt(ctx, input)
	if err != nil {
		return nil, err
	}
	return answer{"message": done.Ciphertext}, nil
}

func decrypt(request *spec) (answer, error) {
	input := esdktypes.DecryptInput{Ciphertext: request.Message, EncryptionContext: request.Context}
	var err error
	if input.Keyring, input.MaterialsManager, err = manager(request); err != nil {
		return nil, err
	}
	sdk, err := client(request)
	if err != nil {
		return nil, err
	}
	done, err := sdk.Decrypt(ctx, input)
	if err != nil {
		return nil, err
	}
	suite := strings.TrimPrefix(string(done.AlgorithmSuiteId), "0x")
	return answer{"plaintext": base64.StdEncoding.EncodeToString(done.Plaintext), "context": done.EncryptionContext, "suite": suite}, nil
}

// What a client takes: the keyring, or a materials manager around it.
func manager(request *spec) (types.IKeyring, types.ICryptographicMaterialsManager, error) {
	made, err := keyring(request.Keyring)
	if err != nil || request.Required == nil {
		return made, nil, err
	}
	plain, err := providers.CreateDefaultCryptographicMaterialsManager(ctx, types.CreateDefaultCryptographicMaterialsManagerInput{Keyring: made})
	if err != nil {
		return nil, nil, err
	}
	requiring, err := providers.CreateRequiredEncryptionContextCMM(
		ctx, types.CreateRequiredEncryptionContextCMMInput{RequiredEncryptionContextKeys: request.Required, UnderlyingCMM: plain})
	return nil, requiring, err
}

func keyring(given *spec) (types.IKeyring, error) {
	switch given.Kind {
	case "raw-aes":
		key, err := base64.StdEncoding.DecodeString(given.Key)
		if err != nil {
			return nil, err
		}
		wrapping := types.AesWrappingAlg(fmt.Sprintf("ALG_AES%d_GCM_IV12_TAG16", len(key)*8))
		return providers.CreateRawAesKeyring(ctx, types.CreateRawAesKeyringInput{
			KeyNamespace: given.Namespace, KeyName: given.Name, WrappingKey: key, WrappingAlg: wrapping})
	case "raw-rsa":
		padding := types.PaddingScheme(given.Padding)
		if given.Padding != "PKCS1" {
			padding += "_MGF1"
		}
		return providers.CreateRawRsaKeyring(ctx, types.CreateRawRsaKeyringInput{
			KeyNamespace: given.Namespace, KeyName: given.Name, PaddingScheme: padding, PublicKey: optional(given.Public), PrivateKey: optional(given.Private)})
	case "raw-ecdh":
		return providers.CreateRawEcdhKeyring(ctx, types.CreateRawEcdhKeyringInput{
			CurveSpec: primitives.ECDHCurveSpec(given.Curve), KeyAgreementScheme: rawScheme(given)})
	case "multi":
		children := []types.IKeyring{}
		for _, child := range given.Children {
			made, err := keyring(child)
			if err != nil {
				return nil, err
			}
			children = append(children, made)
		}
		input := types.CreateMultiKeyringInput{ChildKeyrings: children}
		if given.Generator != nil {
			made, err := keyring(given.Generator)
			if err != nil {
				return nil, err
			}
			input.Generator = made
		}
		return providers.CreateMultiKeyring(ctx, input)
	case "kms":
		return providers.CreateAwsKmsKeyring(ctx, types.CreateAwsKmsKeyringInput{KmsKeyId: given.Key, KmsClient: kmsClient(given)})
	case "kms-mrk":
		return providers.CreateAwsKmsMrkKeyring(ctx, types.CreateAwsKmsMrkKeyringInput{KmsKeyId: given.Key, KmsClient: kmsClient(given)})
	case "kms-discovery":
		return providers.CreateAwsKmsDiscoveryKeyring(ctx, types.CreateAwsKmsDiscoveryKeyringInput{
			KmsClient: kmsClient(given), DiscoveryFilter: filter(given)})
	case "kms-mrk-discovery":
		return providers.CreateAwsKmsMrkDiscoveryKeyring(ctx, types.CreateAwsKmsMrkDiscoveryKeyringInput{
			KmsClient: kmsClient(given), Region: given.Region, DiscoveryFilter: filter(given)})
	case "kms-rsa":
		return providers.CreateAwsKmsRsaKeyring(ctx, types.CreateAwsKmsRsaKeyringInput{
			KmsKeyId: given.Key, KmsClient: kmsClient(given), PublicKey: optional(given.Public),
			EncryptionAlgorithm: kmstypes.EncryptionAlgorithmSpec(given.Algorithm)})
	case "kms-ecdh":
		return providers.CreateAwsKmsEcdhKeyring(ctx, types.CreateAwsKmsEcdhKeyringInput{
			CurveSpec: primitives.ECDHCurveSpec(given.Curve), KeyAgreementScheme: kmsScheme(given), KmsClient: kmsClient(given)})
	case "hierarchy":
		store, err := keyStore(given)
		if err != nil {
			return nil, err
		}
		return providers.CreateAwsKmsHierarchicalKeyring(ctx, types.CreateAwsKmsHierarchicalKeyringInput{
			KeyStore: store, BranchKeyId: &given.BranchKey, TtlSeconds: 600})
	}
	return nil, fmt.Errorf("no keyring %s", given.Kind)
}

func rawScheme(given *spec) types.RawEcdhStaticConfigurations {
	if given.RecipientPrivate != "" {
		return &types.RawEcdhStaticConfigurationsMemberPublicKeyDiscovery{
			Value: types.PublicKeyDiscoveryInput{RecipientStaticPrivateKey: []byte(given.RecipientPrivate)}}
	}
	if given.SenderPrivate != "" {
		return &types.RawEcdhStaticConfigurationsMemberRawPrivateKeyToStaticPublicKey{Value: types.RawPrivateKeyToStaticPublicKeyInput{
			SenderStaticPrivateKey: []byte(given.SenderPrivate), RecipientPublicKey: der(given.RecipientPublic)}}
	}
	return &types.RawEcdhStaticConfigurationsMemberEphemeralPrivateKeyToStaticPublicKey{
		Value: types.EphemeralPrivateKeyToStaticPublicKeyInput{RecipientPublicKey: der(given.RecipientPublic)}}
}

func kmsScheme(given *spec) types.KmsEcdhStaticConfigurations {
	if given.Recipient != "" {
		return &types.KmsEcdhStaticConfigurationsMemberKmsPublicKeyDiscovery{
			Value: types.KmsPublicKeyDiscoveryInput{RecipientKmsIdentifier: given.Recipient}}
	}
	return &types.KmsEcdhStaticConfigurationsMemberKmsPrivateKeyToStaticPublicKey{Value: types.KmsPrivateKeyToStaticPublicKeyInput{
		SenderKmsIdentifier: given.Sender, RecipientPublicKey: der(given.RecipientPublic)}}
}

func filter(given *spec) *types.DiscoveryFilter {
	if given.Accounts == nil {
		return nil
	}
	return &types.DiscoveryFilter{Partition: "aws", AccountIds: given.Accounts}
}

func keyStore(given *spec) (*keystore.Client, error) {
	logical := given.Logical
	if logical == "" {
		logical = given.Table
	}
	return keystore.NewClient(keystoretypes.KeyStoreConfig{
		DdbTableName:        given.Table,
		LogicalKeyStoreName: logical,
		DdbClient:           dynamodbClient(given),
		KmsClient:           kmsClient(given),
		KmsConfiguration:    &keystoretypes.KMSConfigurationMemberkmsKeyArn{Value: given.Key},
	})
}

func kmsClient(given *spec) *kms.Client {
	place := given.Region + given.Endpoint
	if kmsClients[place] == nil {
		kmsClients[place] = kms.NewFromConfig(configuration(given.Region, given.Endpoint))
	}
	return kmsClients[place]
}

func dynamodbClient(given *spec) *dynamodb.Client {
	place := given.Region + given.TableEndpoint
	if dynamodbClients[place] == nil {
		dynamodbClients[place] = dynamodb.NewFromConfig(configuration(given.Region, given.TableEndpoint))
	}
	return dynamodbClients[place]
}

func configuration(region, endpoint string) aws.Config {
	return aws.Config{
		Region:           region,
		BaseEndpoint:     &endpoint,
		Credentials:      credentials.NewStaticCredentialsProvider("test", "test", ""),
		RetryMaxAttempts: 1,
	}
}

func der(text string) []byte {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil
	}
	return block.Bytes
}

func optional(text string) []byte {
	if text == "" {
		return nil
	}
	return []byte(text)
}
