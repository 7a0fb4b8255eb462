//! Cases that a server cannot pass, each with its reason.

/// Suite, case, reason.
pub(crate) const EXCEPTIONS: &[(&str, &str, &str)] = &[
    ("input/ec2", "SDKAppliedContentEncoding_ec2Query", NO_BODY),
    ("input/ec2", "SDKAppendsGzipAndIgnoresHttpProvidedEncoding_ec2Query", NO_BODY),
    ("input/json", "SDKAppliedContentEncoding_awsJson1_1", NO_BODY),
    ("input/json", "SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsJson1_1", NO_BODY),
    ("input/json_1_0", "SDKAppliedContentEncoding_awsJson1_0", NO_BODY),
    ("input/json_1_0", "SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsJson1_0", NO_BODY),
    ("input/query", "SDKAppliedContentEncoding_awsQuery", NO_BODY),
    ("input/query", "SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsQuery", NO_BODY),
    ("input/rest-json", "SDKAppliedContentEncoding_restJson1", NO_BODY),
    ("input/rest-json", "SDKAppendedGzipAfterProvidedEncoding_restJson1", NO_BODY),
    ("input/rest-xml", "SDKAppliedContentEncoding_restXml", NO_BODY),
    ("input/rest-xml", "SDKAppendedGzipAfterProvidedEncoding_restXml", NO_BODY),
    ("output/json", "handles_unexpected_json_output", LENIENT),
    ("output/json", "AwsJson11DeserializeIgnoreType", LENIENT),
    ("output/json", "AwsJson11StructuresDontDeserializeNullValues", LENIENT),
    ("output/json_1_0", "AwsJson10DeserializeIgnoreType", LENIENT),
    ("output/json_1_0", "AwsJson10DeserializeAllowNulls", LENIENT),
    ("output/json_1_0", "AwsJson10HandlesUnexpectedJsonOutput", LENIENT),
    ("output/json_1_0-query-compatible", "QueryCompatibleAwsJson10CustomCodeError", OTHER_STATUS),
    ("input/query", "QueryEmptyQueryMaps", UNSAID),
    ("input/ec2", "Ec2EmptyQueryLists", UNSAID),
    ("output/smithy-rpc-v2-cbor-query-compatible", "QueryCompatibleRpcV2CborCustomCodeError", OTHER_STATUS),
    ("output/smithy-rpc-v2-cbor", "NoOutputClientAllowsEmptyCbor", LENIENT),
    ("output/smithy-rpc-v2-cbor", "RpcV2CborClientDoesntDeserializeNullStructureValues", LENIENT),
    ("output/smithy-rpc-v2-cbor", "RpcV2CborDeserializesDenseSetMapAndSkipsNull", LENIENT),
    ("output/smithy-rpc-v2-cbor", "RpcV2CborExtraFieldsInTheBodyShouldBeSkippedByClients", LENIENT),
    ("output/smithy-rpc-v2-cbor", "RpcV2CborPayloadWithUnsetUnion", LENIENT),
    ("input/rest-json", "RestJsonHttpPrefixHeadersAreNotPresent", UNSAID),
    ("input/rest-json", "RestJsonOmitsEmptyListQueryValues", UNSAID),
    ("input/rest-json", "RestJsonQueryPrecedence", PRECEDENCE),
    ("input/rest-json", "RestJsonHttpWithEmptyStructurePayload", EMPTY_PAYLOAD),
    ("input/rest-json", "RestJsonHttpWithHeadersButNoPayload", EMPTY_PAYLOAD),
    ("input/rest-xml", "BodyWithXmlName", ROOT_NAME),
    ("input/rest-xml", "HttpPayloadWithXmlName", ROOT_NAME),
    ("input/rest-xml", "HttpPrefixHeadersAreNotPresent", UNSAID),
    ("input/rest-xml", "RestXmlQueryPrecedence", PRECEDENCE),
    ("output/rest-json", "RestJsonDeserializesDenseSetMapAndSkipsNull", LENIENT),
    ("output/rest-json", "RestJsonDeserializeIgnoreType", LENIENT),
    ("output/rest-json", "RestJsonDoesntDeserializeNullStructureValues", LENIENT),
    ("output/rest-xml", "BodyWithXmlName", ROOT_NAME),
    ("output/rest-xml", "HttpPayloadWithXmlName", ROOT_NAME),
    ("output/rest-xml", "InvalidGreetingError", LENIENT),
    ("output/rest-xml", "SimpleScalarPropertiesWithXMLPreamble", LENIENT),
    ("output/rest-xml", "RestXmlHttpPayloadWithUnion", PAYLOAD_NAME),
    ("output/rest-xml", "HttpPayloadWithXmlNamespace", PAYLOAD_NAME),
    ("output/rest-xml", "HttpPayloadWithXmlNamespaceAndPrefix", PAYLOAD_NAME),
    ("output/rest-xml", "IgnoreQueryParamsInResponse", SHARED_SHAPE),
    ("input/rest-json", "RestJsonAllQueryStringTypes", SENT_ONCE),
    ("input/rest-json", "RestJsonQueryStringEscaping", SENT_ONCE),
    ("input/rest-json", "RestJsonSupportsNaNFloatQueryValues", SENT_ONCE),
    ("input/rest-json", "RestJsonSupportsInfinityFloatQueryValues", SENT_ONCE),
    ("input/rest-json", "RestJsonSupportsNegativeInfinityFloatQueryValues", SENT_ONCE),
    ("input/rest-json", "RestJsonZeroAndFalseQueryValues", SENT_ONCE),
];

const NO_BODY: &str = "The case says that the body is compressed, and shows none.";
const LENIENT: &str = "A client must skip what the answer has beyond its shape; a server writes no such thing.";
const OTHER_STATUS: &str = "The model gives the error one status and the case's answer has another, which is that of the protocol \
    without the code of its own; botocore's models keep only one.";
const UNSAID: &str = "The client leaves out what is empty, so that nobody can read it.";
const PRECEDENCE: &str = "The client leaves out what its map says of a parameter that has a member of its own.";
const EMPTY_PAYLOAD: &str = "The client sends an empty structure where it was given none.";
const ROOT_NAME: &str = "The case names the root element on the structure, which no service's model does for a root.";
const PAYLOAD_NAME: &str = "botocore's models cannot tell the name that a payload was given from the member's own, and what S3 \
    answers has the former.";
const SHARED_SHAPE: &str = "No service's output has a member that is bound to the path or the query.";
const SENT_ONCE: &str = "The client is given in a map what it has members for as well; each is sent once, and read into its \
    member alone, as the cases of REST in XML want it.";
