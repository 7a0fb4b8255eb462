// AWS's Encryption SDK for JavaScript, as a process that does what lines of JSON ask: see README.md.
//
// Guarantees: one answer a line, in order; an error of the SDK is an answer, and the process lives on.

'use strict'
const path = require('path')
const readline = require('readline')
const { createRequire } = require('module')

// The packages lie where they were installed, which is not here.
const installed = createRequire(path.resolve(process.argv[2], 'package.json'))
const esdk = installed('@aws-crypto/client-node')
const { KMS } = installed('@aws-sdk/client-kms')
const { DynamoDBClient } = installed('@aws-sdk/client-dynamodb')
const crypto = require('crypto')

const POLICIES = {
  'forbid-encrypt-allow-decrypt': esdk.CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT,
  'require-encrypt-allow-decrypt': esdk.CommitmentPolicy.REQUIRE_ENCRYPT_ALLOW_DECRYPT,
  'require-encrypt-require-decrypt': esdk.CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT
}
const WRAPPING = {
  16: esdk.RawAesWrappingSuiteIdentifier.AES128_GCM_IV12_TAG16_NO_PADDING,
  24: esdk.RawAesWrappingSuiteIdentifier.AES192_GCM_IV12_TAG16_NO_PADDING,
  32: esdk.RawAesWrappingSuiteIdentifier.AES256_GCM_IV12_TAG16_NO_PADDING
}
// By default its keyrings sort encryption contexts as a locale does, which no other implementation can read.
const SORTING = { utf8Sorting: true }
const clients = new Map()

// A client of the Region and endpoint that a keyring names; kept.
function aws (Client, spec, region = spec.region, endpoint = spec.endpoint) {
  const place = [Client.name, region, endpoint].join(' ')
  if (!clients.has(place)) {
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
    clients.set(place, new Client({ region, endpoint, credentials, maxAttempts: 1 }))
  }
  return clients.get(place)
}

function discoveryFilter (spec) {
  return spec.accounts && { partition: 'aws', accountIDs: spec.accounts }
}

function rawRsa (spec) {
  const [padding, hash] = spec.padding.split('_')
  const rsaKey = {}
  if (spec.public) rsaKey.publicKey = spec.public
  if (spec.private) rsaKey.privateKey = spec.private
  const scheme = padding === 'PKCS1'
    ? { padding: crypto.constants.RSA_PKCS1_PADDING }
    : { padding: crypto.constants.RSA_PKCS1_OAEP_PADDING, oaepHash: hash.toLowerCase() }
  return new esdk.RawRsaKeyringNode({ keyNamespace: spec.namespace, keyName: spec.name, rsaKey, ...scheme })
}

function keyStore (spec) {
  const ddbClient = aws(DynamoDBClient, spec, spec.region, spec.table_endpoint)
  return new esdk.BranchKeyStoreNode({
    storage: { ddbTableName: spec.table, ddbClient },
    logicalKeyStoreName: spec.logical || spec.table,
    keyManagement: { kmsClient: aws(KMS, spec) },
    kmsConfiguration: { identifier: spec.key }
  })
}

function keyring (spec) {
  switch (spec.kind) {
    case 'raw-aes': {
      // The SDK wants its key isolated: a buffer of its own.
      const unencryptedMasterKey = Uint8Array.from(Buffer.from(spec.key, 'base64'))
      const wrappingSuite = WRAPPING[unencryptedMasterKey.length]
      return new esdk.RawAesKeyringNode({ keyNamespace: spec.namespace, keyName: spec.name, unencryptedMasterKey, wrappingSuite, ...SORTING })
    }
    case 'raw-rsa':
      return rawRsa(spec)
    case 'multi':
      return new esdk.MultiKeyringNode({ generator: spec.generator && keyring(spec.generator), children: spec.children.map(keyring) })
    case 'kms':
      return new esdk.KmsKeyringNode({ generatorKeyId: spec.key, clientProvider: region => aws(KMS, spec, region || spec.region) })
    case 'kms-discovery':
      return new esdk.KmsKeyringNode({ discovery: true, discoveryFilter: discoveryFilter(spec), clientProvider: region => aws(KMS, spec, region) })
    case 'kms-mrk':
      return new esdk.AwsKmsMrkAwareSymmetricKeyringNode({ client: aws(KMS, spec), keyId: spec.key })
    case 'kms-mrk-discovery':
      return new esdk.AwsKmsMrkAwareSymmetricDiscoveryKeyringNode({ client: aws(KMS, spec), discoveryFilter: discoveryFilter(spec) })
    case 'hierarchy':
      return new esdk.KmsHierarchicalKeyRingNode({ branchKeyId: spec.branch_key, keyStore: keyStore(spec), cacheLimitTtl: 600, ...SORTING })
    default:
      throw new Error(`no keyring ${spec.kind}`)
  }
}

function client (request) {
  const commitmentPolicy = POLICIES[request.policy || 'require-encrypt-require-decrypt']
  return esdk.buildClient({ commitmentPolicy, maxEncryptedDataKeys: request.max_encrypted_data_keys || false })
}

const TASKS = {
  async encrypt (request) {
    if (request.required) throw new Error('no required encryption context')
    const options = { encryptionContext: request.context || {} }
    if (request.suite) options.suiteId = parseInt(request.suite, 16)
    if ('frame_length' in request) options.frameLength = request.frame_length
    const plaintext = Buffer.from(request.plaintext, 'base64')
    const { result } = await client(request).encrypt(keyring(request.keyring), plaintext, options)
    return { message: result.toString('base64') }
  },

  async decrypt (request) {
    if (request.required || request.context) throw new Error('no required encryption context')
    const message = Buffer.from(request.message, 'base64')
    const { plaintext, messageHeader } = await client(request).decrypt(keyring(request.keyring), message)
    return {
      plaintext: plaintext.toString('base64'),
      context: { ...messageHeader.encryptionContext },
      suite: messageHeader.suiteId.toString(16).padStart(4, '0'),
      encrypted_data_keys: messageHeader.encryptedDataKeys.length,
      frame_length: messageHeader.frameLength
    }
  },

  async 'create-branch-key' (request) {
    const given = request.id ? { branchKeyIdentifier: request.id, encryptionContext: request.context } : undefined
    return { id: (await keyStore(request).createKey(given)).branchKeyIdentifier }
  },

  async 'version-branch-key' (request) {
    await keyStore(request).versionKey({ branchKeyIdentifier: request.id })
    return {}
  }
}

async function main () {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const request = JSON.parse(line)
    let answer
    try {
      answer = await TASKS[request.do](request)
    } catch (error) {
      answer = { error: [error.name, error.message, ...(error.errors || [])].join(': ') }
    }
    process.stdout.write(JSON.stringify(answer) + '\n')
  }
}

main()
