using System.CommandLine;

namespace Recurve.Tool;

/// <summary>How commands are told of a project and its cells.</summary>
static class ProjectArguments
{
    public static Argument<string> Path() => new("path") { Description = "A project, a folder with one, a source file, or an assembly.", DefaultValueFactory = _ => "." };

    public static Option<string> Configuration() => new("--configuration", "-c") { Description = "That the project is built in.", DefaultValueFactory = _ => "Release" };

    public static Option<bool> Json() => new("--json") { Description = "Write one JSON document instead of text." };

    /// <summary>Builds and loads; where it does not build, what the compiler said goes to the error output.</summary>
    /// <returns>Null: it does not build.</returns>
    public static IReadOnlyList<LoadedCell>? Load(string path, string configuration)
    {
        try
        {
            Built built = Built.Of(path, configuration);
            Console.Error.Write(built.Messages);
            return LoadedCell.Of(built);
        }
        catch (BuildException failed)
        {
            Console.Error.Write(failed.Messages);
            Console.Error.WriteLine($"error: {failed.Message}");
            return null;
        }
    }
}
