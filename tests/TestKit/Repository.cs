namespace Recurve.TestKit;

/// <summary>Files of the repository, for tests that read it.</summary>
public static class Repository
{
    /// <summary>The folder that holds Compiler.sln.</summary>
    public static string Root { get; } = Find();

    static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Compiler.sln"))) return folder.FullName;
        throw new DirectoryNotFoundException($"no Compiler.sln above {AppContext.BaseDirectory}");
    }
}
