//! Services, operations and shapes as the tables describe them.
//!
//! Names are AWS's own. Everything is `'static`: a table is part of the binary.

use crate::{Fault, Pattern, table};

/// A shape's place in its service's table.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ShapeId(pub(crate) u16);

/// One AWS service: its names on the wire, its operations and shapes.
pub struct Service {
    /// `kms`: the name of the model.
    pub name: &'static str,
    /// The service part of a SigV4 scope.
    pub signing_name: &'static str,
    /// `2014-11-01`
    pub api_version: &'static str,
    /// What precedes the operation in `X-Amz-Target`; absent where no JSON or CBOR protocol is spoken.
    pub target_prefix: Option<&'static str>,
    /// Every protocol that the service accepts.
    pub protocols: Vec<ProtocolName>,
    /// Answers carry the codes that the service had when it spoke query, in `x-amzn-query-error`.
    pub query_compatible: bool,
    /// How requests to the service are signed.
    pub signing: Signing,
    /// Whether the service also takes SigV4a, the signature for several Regions.
    pub sigv4a: bool,
    /// Namespace of XML answers; empty where the model names none.
    pub xml_namespace: &'static str,
    /// `KMS`: the name SDKs use.
    pub service_id: &'static str,
    /// `kms.amazonaws.com`: the name in audit records.
    pub event_source: &'static str,
    /// Ordered by name.
    pub(crate) operations: Vec<Operation>,
    /// Ordered by name.
    pub(crate) shapes: Vec<Shape>,
}

impl Service {
    /// Unpacks a table that `cargo xtask gen` packed; `None` if it is damaged.
    pub fn unpack(packed: &'static [u8]) -> Option<Self> {
        table::unpack(packed)
    }

    /// The operation of that name, exact in case.
    pub fn operation(&self, name: &str) -> Option<&Operation> {
        let index = self.operations.binary_search_by(|operation| operation.name.cmp(name)).ok()?;
        self.operations.get(index)
    }

    /// All operations, ordered by name.
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// A shape of this service. Ids come from the same table, so the shape exists; a foreign id gives an empty structure.
    pub fn shape(&self, id: ShapeId) -> &Shape {
        self.shapes.get(usize::from(id.0)).unwrap_or(&NOTHING)
    }

    /// Every shape, ordered by name.
    pub fn shapes(&self) -> &[Shape] {
        &self.shapes
    }

    /// The shape of that name.
    pub fn shape_named(&self, name: &str) -> Option<&Shape> {
        self.shapes.get(self.position(name)?)
    }

    /// The id of the shape of that name.
    pub fn shape_id(&self, name: &str) -> Option<ShapeId> {
        u16::try_from(self.position(name)?).ok().map(ShapeId)
    }

    fn position(&self, shape: &str) -> Option<usize> {
        self.shapes.binary_search_by(|other| other.name.cmp(shape)).ok()
    }

    /// How the model describes the error of that shape name.
    pub fn error(&self, name: &str) -> Option<&ErrorInfo> {
        match &self.shape_named(name)?.kind {
            Kind::Structure(structure) => structure.error.as_ref(),
            _ => None,
        }
    }

    /// An error that the model knows, with the model's status; an unknown name is a client error, 400.
    pub fn fault(&self, name: &'static str, message: impl Into<String>) -> Fault {
        let fault = Fault::client(name, message);
        match self.error(name) {
            Some(error) => Fault { status: error.status, sender: error.sender, ..fault },
            None => fault,
        }
    }
}

/// A protocol as the models name it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ProtocolName {
    /// JSON with the operation in a header, 1.0.
    AwsJson10,
    /// JSON with the operation in a header, 1.1.
    AwsJson11,
    /// Forms in, XML out.
    Query,
    /// Query as EC2 speaks it.
    Ec2Query,
    /// HTTP bindings around JSON.
    RestJson,
    /// HTTP bindings around XML.
    RestXml,
    /// Smithy's RPC v2 in CBOR.
    Cbor,
}

/// How a service's requests are signed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Signing {
    /// The path is normalised and encoded twice, the body is always hashed.
    V4,
    /// As S3 does it: the path as sent, and a header that says what was hashed.
    S3,
}

/// What an operation asks of the sender.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Auth {
    /// A signature over everything.
    Signed,
    /// A signature that may leave out the body (`v4-unsigned-body`).
    UnsignedBody,
    /// Nothing.
    None,
}

/// One operation.
pub struct Operation {
    /// `Encrypt`
    pub name: &'static str,
    /// Absent where there is nothing to send.
    pub input: Option<ShapeId>,
    /// Absent where the answer is empty.
    pub output: Option<ShapeId>,
    /// The errors that the model lists; others (denied, throttled, invalid) can come from any operation.
    pub errors: Vec<ShapeId>,
    /// How REST protocols address it.
    pub http: Http,
    /// The element around the members of a query answer.
    pub result_wrapper: Option<&'static str>,
    /// The root element of a request's XML body, where it has one of its own.
    pub input_element: Option<&'static str>,
    /// The namespace of that element.
    pub input_namespace: Option<Namespace>,
    /// What precedes the host name, with `{Labels}`.
    pub host_prefix: Option<&'static str>,
    /// What the operation asks of the sender.
    pub auth: Auth,
    /// Whether and how requests carry a checksum of their body.
    pub checksum: Option<Checksum>,
    /// Whether clients may send the body compressed with gzip.
    pub gzip: bool,
    /// How it is read page by page, if it is.
    pub pagination: Option<Pagination>,
}

/// Method and path template.
pub struct Http {
    /// `POST`
    pub method: &'static str,
    /// `/`, or a template with `{Labels}`, a greedy `{Label+}` and perhaps a fixed query string.
    pub uri: &'static str,
    /// The status of a success.
    pub status: u16,
}

/// A checksum over the body of a request.
pub struct Checksum {
    /// A request without one is refused.
    pub required: bool,
    /// The input member that names the algorithm; without one it is MD5.
    pub algorithm_member: Option<&'static str>,
}

/// An XML namespace.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Namespace {
    /// Its address.
    pub uri: &'static str,
    /// The prefix that it is bound to; without one it is the default.
    pub prefix: Option<&'static str>,
}

/// The members that carry paging.
pub struct Pagination {
    /// Input member that takes the marker.
    pub input_token: &'static str,
    /// Output member that gives the next marker.
    pub output_token: &'static str,
    /// Input member that bounds the page.
    pub limit: Option<&'static str>,
    /// Output member that says whether there is more.
    pub more: Option<&'static str>,
    /// Output member that holds the page.
    pub result: &'static str,
}

/// One shape: a name, what it holds and how discreet one must be about it.
pub struct Shape {
    /// The model's name.
    pub name: &'static str,
    /// What it holds, with its constraints.
    pub kind: Kind,
    /// Whether it may be shown.
    pub sensitivity: Sensitivity,
    /// The namespace that its XML element declares.
    pub xml_namespace: Option<Box<Namespace>>,
}

static NOTHING: Shape = Shape {
    name: "",
    kind: Kind::Structure(Structure {
        members: Vec::new(),
        by_name: Vec::new(),
        union: false,
        event_stream: false,
        payload: None,
        error: None,
    }),
    sensitivity: Sensitivity::Public,
    xml_namespace: None,
};

/// How discreet one must be about a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sensitivity {
    /// May be logged.
    Public,
    /// Never in logs and validation texts, though it harms nobody in memory: ciphertexts, tokens.
    Unlogged,
    /// As unlogged, and wiped from memory after use: plaintexts, secrets. Typed structs hold it as `Secret`.
    Secret,
}

/// What a shape holds.
pub enum Kind {
    /// Members by name.
    Structure(Structure),
    /// Elements of one shape.
    List(List),
    /// Text keys to values of one shape.
    Map(Map),
    /// Text, perhaps of an enum or a pattern.
    String(Text),
    /// Bytes.
    Blob(Range),
    /// Truth.
    Boolean,
    /// 32 bits.
    Integer(Range),
    /// 64 bits.
    Long(Range),
    /// Floats and doubles.
    Float(Range),
    /// A point in time; the format overrides the protocol's own.
    Timestamp(Option<TimestampFormat>),
    /// Anything that JSON can say.
    Document,
}

/// Members by name.
pub struct Structure {
    /// In the model's order, which is the order of [`Value::Struct`](crate::Value::Struct).
    pub members: Vec<Member>,
    /// Indices of `members`, ordered by name.
    pub(crate) by_name: Vec<u16>,
    /// Exactly one member is set.
    pub union: bool,
    /// Each member is an event of a stream.
    pub event_stream: bool,
    /// The index of the member that is the whole body in REST protocols.
    pub payload: Option<usize>,
    /// Present for errors.
    pub error: Option<ErrorInfo>,
}

impl Structure {
    /// The index of the member of that name, exact in case.
    pub fn index_of(&self, name: &str) -> Option<usize> {
        let name_at = |index: &u16| self.members.get(usize::from(*index)).map_or("", |member| member.name);
        let found = self.by_name.binary_search_by(|index| name_at(index).cmp(name)).ok()?;
        self.by_name.get(found).map(|index| usize::from(*index))
    }
}

/// One member of a structure.
pub struct Member {
    /// The model's name, which JSON uses.
    pub name: &'static str,
    /// Its shape.
    pub shape: ShapeId,
    /// Whether it must be there.
    pub required: bool,
    /// Where REST protocols carry it.
    pub location: Location,
    /// Its name there, and in the bodies of query and XML, where it differs.
    pub location_name: Option<&'static str>,
    /// Its name in EC2's query, where it differs from the capitalised `location_name`.
    pub query_name: Option<&'static str>,
    /// An attribute of its parent's XML element.
    pub xml_attribute: bool,
    /// The namespace that its XML element declares.
    pub xml_namespace: Option<Box<Namespace>>,
    /// A payload that is not held in memory as a whole.
    pub streaming: bool,
    /// Clients fill it with a random id when the caller does not.
    pub idempotency_token: bool,
    /// It fills a label of the host prefix.
    pub host_label: bool,
    /// A text that is JSON; in headers base64.
    pub json_value: bool,
}

/// Where REST protocols carry a member.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Location {
    /// In the body; also every member of the protocols that have no other place.
    Body,
    /// In the header of its name.
    Header,
    /// A map: in all headers that begin with its name.
    Headers,
    /// In the label of its name.
    Uri,
    /// In the query parameter of its name; a map is parameters of their own.
    Query,
    /// The status of the answer.
    Status,
}

/// Elements of one shape.
pub struct List {
    /// The shape of the elements.
    pub element: ShapeId,
    /// Their name on the wire of query and XML, where it is not `member`.
    pub location_name: Option<&'static str>,
    /// Without an element around the elements.
    pub flattened: bool,
    /// How many there may be.
    pub length: Range,
}

/// Text keys to values of one shape.
pub struct Map {
    /// The shape of the keys.
    pub key: ShapeId,
    /// The shape of the values.
    pub value: ShapeId,
    /// The keys' name on the wire of query and XML, where it is not `key`.
    pub key_name: Option<&'static str>,
    /// The values' name on the wire of query and XML, where it is not `value`.
    pub value_name: Option<&'static str>,
    /// Without an element around the entries.
    pub flattened: bool,
    /// How many entries there may be.
    pub length: Range,
}

/// Text and its constraints.
pub struct Text {
    /// In characters.
    pub length: Range,
    /// What the whole text must match.
    pub pattern: Option<Pattern>,
    /// What is said, and nothing else, of a text that does not match; `{member}` stands for the member's name. Where it
    /// is missing, the constraint is quoted.
    pub refusal: Option<&'static str>,
    /// What an enum allows; empty for free text.
    pub values: Vec<&'static str>,
}

/// Inclusive bounds, each of which may be missing.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Range {
    /// The least allowed.
    pub min: Option<i64>,
    /// The most allowed.
    pub max: Option<i64>,
}

/// How an error differs from the default of 400 under its own name.
pub struct ErrorInfo {
    /// The code that query and XML protocols send, where it is not the shape's name.
    pub code: Option<&'static str>,
    /// The HTTP status.
    pub status: u16,
    /// The caller's fault, not the service's.
    pub sender: bool,
}

/// How a time is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TimestampFormat {
    /// Seconds since 1970, with a fraction.
    UnixTimestamp,
    /// RFC 3339.
    Iso8601,
    /// `Tue, 29 Apr 2014 18:30:38 GMT`
    HttpDate,
}
