//! Unpacks the tables that `cargo xtask gen` packs.
//!
//! Format, in order of reading. `?x` is a flag and, if it is set, `x`; `[x]` is a count and so many `x`; a flag is a byte
//! 0 or 1; a code is a byte; numbers are LEB128, bounds zigzag besides; a text is its length in bytes and UTF-8. A shape
//! or error is named by its place among the shapes. Shapes and operations are ordered by name, members as in the model.
//!
//! ```text
//! table       "FT2\n" service
//! service     name signing-name api-version ?target-prefix query-compatible:flag signs-as-s3:flag sigv4a:flag
//!             xml-namespace service-id event-source [protocol] [shape] [operation]
//! protocol    0 awsJson1.0 · 1 awsJson1.1 · 2 query · 3 ec2Query · 4 restJson1 · 5 restXml · 6 rpcv2Cbor
//! shape       name mark kind ?namespace
//! mark        0 none · 1 unlogged · 2 secret
//! kind        0 structure · 1 list · 2 map · 3 string · 4 blob · 5 boolean · 6 integer · 7 long · 8 float
//!             · 9 timestamp · 10 document, each followed by
//!   structure union:flag event-stream:flag ?payload:number ?error [member]
//!   list      element:shape ?element-name flattened:flag range
//!   map       key:shape value:shape ?key-name ?value-name flattened:flag range
//!   string    range ?pattern ?refusal [enum-value]
//!   blob, integer, long, float    range
//!   timestamp ?format (0 epoch seconds · 1 RFC 3339 · 2 HTTP date)
//! range       ?least ?most
//! error       ?code status:number sender:flag
//! member      name shape bits location ?location-name ?query-name ?namespace
//! bits        1 required · 2 XML attribute · 4 streaming · 8 idempotency token · 16 host label · 32 JSON text
//! location    0 body · 1 header · 2 headers · 3 URI label · 4 query parameter · 5 status
//! operation   name method uri status:number ?input:shape ?output:shape ?result-wrapper [error:shape] ?input-element
//!             ?input-namespace ?host-prefix auth ?checksum gzip:flag ?pagination
//! auth        0 signed · 1 signed without the body · 2 none
//! checksum    required:flag ?algorithm-member
//! namespace   uri ?prefix
//! pagination  input-token output-token ?limit ?more result
//! ```
//!
//! The writer is `xtask/src/pack.rs`; whoever changes the format changes the first four bytes.
//!
//! Guarantees: damaged bytes give `None`, never a panic; texts are borrowed from the binary.

use crate::{
    Auth, Checksum, ErrorInfo, Http, Kind, List, Location, Map, Member, Namespace, Operation, Pagination, Pattern,
    ProtocolName, Range, Sensitivity, Service, Shape, ShapeId, Signing, Structure, Text, TimestampFormat,
};

const MAGIC: &[u8] = b"FT2\n";

/// Reads a whole table.
pub(crate) fn unpack(packed: &'static [u8]) -> Option<Service> {
    let mut reader = Reader(packed.strip_prefix(MAGIC)?);
    let service = reader.service()?;
    reader.0.is_empty().then_some(service)
}

struct Reader(&'static [u8]);

impl Reader {
    fn service(&mut self) -> Option<Service> {
        Some(Service {
            name: self.text()?,
            signing_name: self.text()?,
            api_version: self.text()?,
            target_prefix: self.optional(Self::text)?,
            query_compatible: self.flag()?,
            signing: if self.flag()? { Signing::S3 } else { Signing::V4 },
            sigv4a: self.flag()?,
            xml_namespace: self.text()?,
            service_id: self.text()?,
            event_source: self.text()?,
            protocols: self.list(Self::protocol)?,
            shapes: self.list(Self::shape)?,
            operations: self.list(Self::operation)?,
        })
    }

    fn protocol(&mut self) -> Option<ProtocolName> {
        match self.byte()? {
            0 => Some(ProtocolName::AwsJson10),
            1 => Some(ProtocolName::AwsJson11),
            2 => Some(ProtocolName::Query),
            3 => Some(ProtocolName::Ec2Query),
            4 => Some(ProtocolName::RestJson),
            5 => Some(ProtocolName::RestXml),
            6 => Some(ProtocolName::Cbor),
            _ => None,
        }
    }

    fn operation(&mut self) -> Option<Operation> {
        Some(Operation {
            name: self.text()?,
            http: Http { method: self.text()?, uri: self.text()?, status: u16::try_from(self.number()?).ok()? },
            input: self.optional(Self::shape_id)?,
            output: self.optional(Self::shape_id)?,
            result_wrapper: self.optional(Self::text)?,
            errors: self.list(Self::shape_id)?,
            input_element: self.optional(Self::text)?,
            input_namespace: self.optional(Self::namespace)?,
            host_prefix: self.optional(Self::text)?,
            auth: match self.byte()? {
                0 => Auth::Signed,
                1 => Auth::UnsignedBody,
                2 => Auth::None,
                _ => return None,
            },
            checksum: self.optional(Self::checksum)?,
            gzip: self.flag()?,
            pagination: self.optional(Self::pagination)?,
        })
    }

    fn checksum(&mut self) -> Option<Checksum> {
        Some(Checksum { required: self.flag()?, algorithm_member: self.optional(Self::text)? })
    }

    fn namespace(&mut self) -> Option<Namespace> {
        Some(Namespace { uri: self.text()?, prefix: self.optional(Self::text)? })
    }

    fn pagination(&mut self) -> Option<Pagination> {
        Some(Pagination {
            input_token: self.text()?,
            output_token: self.text()?,
            limit: self.optional(Self::text)?,
            more: self.optional(Self::text)?,
            result: self.text()?,
        })
    }

    fn shape(&mut self) -> Option<Shape> {
        let name = self.text()?;
        let sensitivity = match self.byte()? {
            0 => Sensitivity::Public,
            1 => Sensitivity::Unlogged,
            2 => Sensitivity::Secret,
            _ => return None,
        };
        let kind = match self.byte()? {
            0 => Kind::Structure(self.structure()?),
            1 => Kind::List(List {
                element: self.shape_id()?,
                location_name: self.optional(Self::text)?,
                flattened: self.flag()?,
                length: self.range()?,
            }),
            2 => Kind::Map(Map {
                key: self.shape_id()?,
                value: self.shape_id()?,
                key_name: self.optional(Self::text)?,
                value_name: self.optional(Self::text)?,
                flattened: self.flag()?,
                length: self.range()?,
            }),
            3 => Kind::String(Text {
                length: self.range()?,
                pattern: self.optional(Self::text)?.map(Pattern::new),
                refusal: self.optional(Self::text)?,
                values: self.list(Self::text)?,
            }),
            4 => Kind::Blob(self.range()?),
            5 => Kind::Boolean,
            6 => Kind::Integer(self.range()?),
            7 => Kind::Long(self.range()?),
            8 => Kind::Float(self.range()?),
            9 => Kind::Timestamp(self.optional(Self::timestamp_format)?),
            10 => Kind::Document,
            _ => return None,
        };
        let xml_namespace = self.optional(Self::namespace)?.map(Box::new);
        Some(Shape { name, kind, sensitivity, xml_namespace })
    }

    fn structure(&mut self) -> Option<Structure> {
        let union = self.flag()?;
        let event_stream = self.flag()?;
        let payload = self.optional(|reader| usize::try_from(reader.number()?).ok())?;
        let error = self.optional(Self::error)?;
        let members = self.list(Self::member)?;
        let mut by_name = (0..u16::try_from(members.len()).ok()?).collect::<Vec<_>>();
        by_name.sort_by_key(|index| members.get(usize::from(*index)).map(|member| member.name));
        Some(Structure { members, by_name, union, event_stream, payload, error })
    }

    fn error(&mut self) -> Option<ErrorInfo> {
        let code = self.optional(Self::text)?;
        Some(ErrorInfo { code, status: u16::try_from(self.number()?).ok()?, sender: self.flag()? })
    }

    fn member(&mut self) -> Option<Member> {
        let (name, shape, bits) = (self.text()?, self.shape_id()?, self.number()?);
        let has = |bit: u32| bits & (1 << bit) != 0;
        Some(Member {
            name,
            shape,
            required: has(0),
            xml_attribute: has(1),
            streaming: has(2),
            idempotency_token: has(3),
            host_label: has(4),
            json_value: has(5),
            location: match self.byte()? {
                0 => Location::Body,
                1 => Location::Header,
                2 => Location::Headers,
                3 => Location::Uri,
                4 => Location::Query,
                5 => Location::Status,
                _ => return None,
            },
            location_name: self.optional(Self::text)?,
            query_name: self.optional(Self::text)?,
            xml_namespace: self.optional(Self::namespace)?.map(Box::new),
        })
    }

    fn timestamp_format(&mut self) -> Option<TimestampFormat> {
        match self.byte()? {
            0 => Some(TimestampFormat::UnixTimestamp),
            1 => Some(TimestampFormat::Iso8601),
            2 => Some(TimestampFormat::HttpDate),
            _ => None,
        }
    }

    fn range(&mut self) -> Option<Range> {
        Some(Range { min: self.optional(Self::signed)?, max: self.optional(Self::signed)? })
    }

    fn shape_id(&mut self) -> Option<ShapeId> {
        u16::try_from(self.number()?).ok().map(ShapeId)
    }

    fn list<T>(&mut self, item: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        (0..self.number()?).map(|_| item(self)).collect()
    }

    fn optional<T>(&mut self, item: impl Fn(&mut Self) -> Option<T>) -> Option<Option<T>> {
        if self.flag()? { item(self).map(Some) } else { Some(None) }
    }

    fn text(&mut self) -> Option<&'static str> {
        let length = usize::try_from(self.number()?).ok()?;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        std::str::from_utf8(text).ok()
    }

    fn signed(&mut self) -> Option<i64> {
        let zigzag = self.number()?;
        Some((zigzag >> 1) as i64 ^ -((zigzag & 1) as i64))
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    fn flag(&mut self) -> Option<bool> {
        self.byte().map(|byte| byte != 0)
    }

    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*byte)
    }
}
