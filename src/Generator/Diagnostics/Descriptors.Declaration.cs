using Microsoft.CodeAnalysis;

namespace Recurve.Generator.Diagnostics;

internal static partial class Descriptors
{
    /// <summary>0xxx: how a cell is declared.</summary>
    static readonly DiagnosticDescriptor[] Declaration =
    [
        new(DiagnosticIds.NotPartial, "A cell and the types around it must be partial",
            "Make '{0}' partial: the generated half of cell '{1}' is another part of it",
            "Recurve.Declaration", DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLink + "RCV0001.md"),
        new(DiagnosticIds.StepCount, "A cell needs exactly one Step method",
            "Cell '{0}' needs exactly one Step method, and has {1}",
            "Recurve.Declaration", DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLink + "RCV0002.md"),
        new(DiagnosticIds.NoState, "A cell needs at least one state",
            "Cell '{0}' needs at least one [State] field",
            "Recurve.Declaration", DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLink + "RCV0003.md"),
        new(DiagnosticIds.NotPlainClass, "A cell must be a plain class",
            "Cell '{0}' {1}; a cell must be a plain class",
            "Recurve.Declaration", DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLink + "RCV0004.md"),
        new(DiagnosticIds.StepSignature, "Step has the wrong signature",
            "Step {0}",
            "Recurve.Declaration", DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLink + "RCV0005.md"),
        new(DiagnosticIds.UnsuitableField, "A field is unsuitable",
            "'{0}' {1}",
            "Recurve.Declaration", DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLink + "RCV0006.md"),
        new(DiagnosticIds.NotAState, "A field that is not a state is assigned in Step",
            "'{0}' is assigned in Step but is not a [State]",
            "Recurve.Declaration", DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLink + "RCV0007.md"),
        new(DiagnosticIds.NameTaken, "A name that the generated half needs is taken",
            "The generated half of cell '{1}' needs the name '{0}'",
            "Recurve.Declaration", DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLink + "RCV0008.md"),
    ];
}
